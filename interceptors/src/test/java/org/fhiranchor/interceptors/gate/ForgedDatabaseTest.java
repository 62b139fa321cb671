package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.interceptors.log.LogHealth;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * FOL-3: whoever has only the database can deny, never permit. Each edit is made on the running
 * server, the reader asks before the server has heard of it and after, and it is put back. The last
 * tests restart the server on an edited database, and leave the log refused.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ForgedDatabaseTest {
  /** {@code make test-long} makes 200. */
  private static final int RANDOM_EDITS = Integer.getInteger("test.forged.edits", 40);

  /** A column for which so many edits were refused by the database has no rows to edit. */
  private static final int REFUSED = 20;

  private static final String[] SETTINGS = {"--management.endpoint.health.show-details=always"};

  private Path data = Path.of("");
  private GatedServer server;
  private ForgeryWorld world;

  @BeforeAll
  void build(@TempDir Path folder) {
    data = folder;
    server = new GatedServer(data, SETTINGS);
    server.server().spoiled();
    world = new ForgeryWorld(server);
    world.build();
    world.hear();
    world.save();
  }

  @AfterAll
  void end() {
    server.close();
  }

  private void isOpenAgain() {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .atMost(120, SECONDS)
        .until(world::isOpenStill);
  }

  private void isAsBefore() {
    isOpenAgain();
    assertThat(world.leaks()).isEmpty();
    assertThat(world.named()).isEmpty();
  }

  @Test
  @Order(1)
  @DisplayName("FOL-3 the reader is refused all that is hidden, and gets what is not")
  void aWorldWithoutForgeries() {
    isAsBefore();
    assertThat(world.health()).contains("\"editedRows\":{\"status\":\"UP\"");
  }

  @Test
  @Order(2)
  @DisplayName("FOL-3 no edit that was made to permit something does, and health names each")
  void namesWhatWouldHavePermitted() {
    Random random = new Random(1);
    List<Forgeries.Forgery> forgeries = new Forgeries(world).all();
    for (Forgeries.Forgery forgery : forgeries) {
      forgery.edit().accept(random);
      assertThat(world.leaks()).as(forgery.what()).isEmpty();
      world.hear();
      assertThat(world.leaks()).as(forgery.what() + ", heard").isEmpty();
      await()
          .atMost(120, SECONDS)
          .untilAsserted(
              () ->
                  assertThat(world.named())
                      .as(forgery.what())
                      .anyMatch(
                          name ->
                              name.contains(forgery.names()) || name.contains("consent_state")));
      world.restore();
      isAsBefore();
    }
    assertThat(forgeries).hasSizeGreaterThan(25);
  }

  @Test
  @Order(3)
  @DisplayName("FOL-3 of many random edits, some of each column, none permits anything")
  void permitsNothingByChance() {
    long seed = Long.getLong("fhiranchor.seed", 20_543_575_510_594L);
    Random random = new Random(seed);
    Forgeries forgeries = new Forgeries(world);
    Set<String> edited = new TreeSet<>();
    int edits = 0;
    for (String column : forgeries.columns()) {
      edits += edits(forgeries, column, random, seed, edited);
    }
    assertThat(edited).as("columns that were edited").hasSizeGreaterThan(30);
    while (edits < RANDOM_EDITS) {
      String column = forgeries.columns().get(random.nextInt(forgeries.columns().size()));
      edits += edits(forgeries, column, random, seed, edited);
    }
    System.out.printf("random edits=%d columns=%d seed=%d%n", edits, edited.size(), seed);
  }

  /** How many edits of this column were made: one, or none where the database refuses them. */
  private int edits(
      Forgeries forgeries, String column, Random random, long seed, Set<String> edited) {
    for (int tries = 0; tries < REFUSED; tries++) {
      if (forgeries.random(random, column)) {
        edited.add(column);
        assertThat(world.leaks()).as("seed %d column %s", seed, column).isEmpty();
        world.hear();
        assertThat(world.leaks()).as("seed %d column %s, heard", seed, column).isEmpty();
        world.restore();
        isOpenAgain();
        return 1;
      }
    }
    return 0;
  }

  @Test
  @Order(4)
  @DisplayName("FOL-3 after a restart on a database full of forgeries nothing is permitted by them")
  void permitsNothingAfterARestart() {
    Random random = new Random(2);
    List<String> once =
        List.of(
            "a revocation is taken out",
            "another reader is named",
            "a deny is deleted",
            "the reader joins a team",
            "a team that is denied is deleted",
            "the version before is the newest",
            "a deleted consent is back",
            "a consent is granted by a row",
            "a wallet is bound, and its grant is there",
            "a key of before is bound again");
    new Forgeries(world)
        .all().stream()
            .filter(forgery -> once.contains(forgery.what()))
            .forEach(forgery -> forgery.edit().accept(random));
    server.close();
    server = new GatedServer(data, SETTINGS);
    server.server().spoiled();
    world = new ForgeryWorld(server);
    ConsentIndex index = server.server().bean(ConsentIndex.class);
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () -> {
              assertThat(world.leaks()).isEmpty();
              assertThat(index.isComplete()).isTrue();
            });
    await().atMost(120, SECONDS).until(world::isOpenStill);
    world.hear();
    assertThat(world.leaks()).isEmpty();
    // What was newer than the ledger's answer is held against the ledger in a later round.
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () ->
                assertThat(world.health())
                    .contains("c-fother", "d-fdenied", "forging-team", "forging-deniers")
                    .contains(
                        "c-finactive", "c-fdeleted", "c-fwallet", "c-frotated", "consent_state"));
    world.restore();
    isAsBefore();
  }

  @Test
  @Order(5)
  @DisplayName(
      "FOL-3 a forged row that waits turns health DOWN, and nothing is permitted meanwhile")
  void refusesForgedLeaves() {
    world.jdbc.update(
        "insert into anchor_pending (statement, salt, chain, record, seal) select statement, salt,"
            + " chain, record, salt from anchor_leaf where kind = 'KeyBinding' limit 1");
    LogHealth health = server.server().bean(LogHealth.class);
    await().atMost(120, SECONDS).until(() -> health.refusal().isPresent());
    assertThat(health.refusal().orElseThrow()).contains("has no valid seal");
    assertThat(server.server().bytes("actuator/health").statusCode()).isEqualTo(503);
    await().atMost(120, SECONDS).until(() -> !world.isOpenStill());
    assertThat(world.leaks()).isEmpty();
  }
}
