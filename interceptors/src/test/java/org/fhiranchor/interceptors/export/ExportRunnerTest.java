package org.fhiranchor.interceptors.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.fhiranchor.merkle.ExportFilter;
import org.fhiranchor.merkle.ExportFormat;
import org.fhiranchor.merkle.ExportKind;
import org.fhiranchor.merkle.ExportManifest;
import org.fhiranchor.merkle.Verdict;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** How an export goes on when its node dies in the middle, and how it ends. */
@SuppressWarnings("NullAway.Init")
final class ExportRunnerTest {
  private static final int COUNT = 4_000;

  @TempDir private Path folder;

  private static DataSource database() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    return h2;
  }

  private ExportWorld world() {
    ExportWorld world = new ExportWorld(database(), folder);
    world.fill(COUNT);
    return world;
  }

  private static ProvenanceExport.State state(ExportWorld world, String id) {
    return world.exports.find(id).orElseThrow().state();
  }

  @Test
  @DisplayName(
      "EXP-1 EXP-5 an export whose node died in the middle goes on where its files were durable")
  void goesOn() throws IOException {
    try (ExportWorld world = world()) {
      for (ExportFormat format : ExportFormat.values()) {
        String id = world.ask(format);
        Dying dead = new Dying(world.exports, 3, () -> {});
        world.node(dead).takeOver();
        assertThat(state(world, id)).isEqualTo(ProvenanceExport.State.RUNNING);
        // Written after the last mark, and not whole.
        Files.writeString(
            folder.resolve(id).resolve("leaves.ndjson"), "{\"leaf", StandardOpenOption.APPEND);
        Dying next = new Dying(world.exports, 1_000, () -> {});
        world.node(next).takeOver();
        assertThat(next.marks).as("its node may be alive").isEmpty();
        world.wait(Duration.ofMinutes(2));
        world.node(next).takeOver();
        assertThat(state(world, id)).isEqualTo(ProvenanceExport.State.DONE);
        assertThat(next.marks.get(0).done()).isGreaterThan(dead.marks.get(2).done());
        assertThat(world.verify(id)).isInstanceOf(Verdict.Verified.class);
      }
    }
  }

  @Test
  @DisplayName("EXP-1 an export whose files are gone is begun anew")
  void beginsAnew() {
    try (ExportWorld world = world()) {
      String id = world.ask(ExportFormat.NDJSON);
      world.node(new Dying(world.exports, 3, () -> {})).takeOver();
      world.folders.remove(id);
      world.wait(Duration.ofMinutes(2));
      world.node(world.exports).takeOver();
      assertThat(world.verify(id)).isInstanceOf(Verdict.Verified.class);
    }
  }

  @Test
  @DisplayName("EXP-1 an export that is cancelled in the middle ends, and leaves no file")
  void cancelled() {
    try (ExportWorld world = world()) {
      String id = world.ask(ExportFormat.CSV);
      Dying store = new Dying(world.exports, 2, () -> world.exports.cancel(id, world.now()));
      ExportRunner node = world.node(store);
      node.takeOver();
      node.tidy();
      assertThat(state(world, id)).isEqualTo(ProvenanceExport.State.CANCELLED);
      assertThat(folder.resolve(id)).doesNotExist();
    }
  }

  @Test
  @DisplayName("DIS-4 before an export can be had each patient in it has a record, with its number")
  void recorded() {
    try (ExportWorld world = world()) {
      long before = world.log.pendingCount();
      String id = world.ask(ExportFormat.CSV);
      world.node(world.exports).takeOver();
      assertThat(world.log.pendingCount() - before).isEqualTo(97);
      assertThat(world.text(id, ExportManifest.NAME)).contains("\"refusals\":800");
    }
  }

  @Test
  @DisplayName(
      "EXP-1 files are removed once they were kept long enough, and the export is forgotten")
  void tidies() {
    try (ExportWorld world = world()) {
      String id = world.ask(ExportFormat.PROV);
      ExportRunner node = world.node(world.exports);
      node.takeOver();
      node.tidy();
      assertThat(world.verify(id)).isInstanceOf(Verdict.Verified.class);
      world.wait(Duration.ofDays(2));
      node.tidy();
      assertThat(world.exports.find(id)).isEmpty();
      assertThat(folder.resolve(id)).doesNotExist();
    }
  }

  @Test
  @DisplayName(
      "EXP-2 what waited through an outage is in the export of its time: no end of the log"
          + " overtakes it")
  void outage() {
    try (ExportWorld world = new ExportWorld(database(), folder)) {
      world.fill(10);
      world.show(COUNT);
      world.wait(Duration.ofHours(2));
      assertThat(world.ended()).isPresent();
      world.sequence();
      String id =
          world.ask(
              new ExportFilter(
                  Optional.empty(),
                  Optional.of(ExportWorld.NOW.plus(Duration.ofMinutes(1))),
                  Optional.empty(),
                  List.of(),
                  List.of(),
                  Set.of(ExportKind.values())),
              ExportFormat.CSV);
      world.node(world.exports).takeOver();
      assertThat(world.verify(id)).isInstanceOf(Verdict.Verified.class);
      assertThat(world.text(id, "records.csv")).contains("Observation/" + COUNT + "/_history/1");
    }
  }

  @Test
  @DisplayName("EXP-2 a row that the signed tree does not hold ends the export")
  void damaged() {
    DataSource data = database();
    try (ExportWorld world = new ExportWorld(data, folder)) {
      world.fill(1_000);
      new JdbcTemplate(data)
          .update("update anchor_leaf set salt = commitment where leaf_index = 7");
      String id = world.ask(ExportFormat.NDJSON);
      world.node(world.exports).takeOver();
      assertThat(state(world, id)).isEqualTo(ProvenanceExport.State.FAILED);
    }
  }
}
