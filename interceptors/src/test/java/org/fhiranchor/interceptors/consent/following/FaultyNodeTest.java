package org.fhiranchor.interceptors.consent.following;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.consent.following.FollowedChain.Patient;
import org.fhiranchor.interceptors.consent.following.FollowedChain.Server;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.ledger.consent.ConsentRecord.Standing;
import org.fhiranchor.ledger.consent.FollowOutcome;
import org.fhiranchor.ledger.evm.EvmConsentLedger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each fault of a node, in front of a real chain and a real database (FOL-6, FOL-7, FOL-8). */
@Tag("alone")
@SuppressWarnings("NullAway.Init")
final class FaultyNodeTest {
  /** How long a fault is borne: what is left out stays so past two looks and a second. */
  private static final Duration BORNE = Duration.ofMillis(1_500);

  @TempDir static Path folder;
  private static FollowedChain chain;
  private static FaultyNode node;
  private static EvmConsentLedger asked;
  private static Patient kept;

  @BeforeAll
  static void start() {
    chain = FollowedChain.start(folder);
    node =
        FaultyNode.before(chain.url())
            .on(new FaultyNode.Registry(FaultyNodeTest::grantOfTheKept, chain::lastNumber));
    asked = chain.through(node);
  }

  @AfterAll
  static void stop() {
    node.close();
    chain.close();
  }

  private static Map<String, Object> grantOfTheKept() {
    String block = "0x" + Long.toHexString(kept.grantedBlock());
    return Map.of(
        "address", chain.ledger.domain().contract().hex(), "fromBlock", block, "toBlock", block);
  }

  private static void mine(int blocks) {
    node.direct("anvil_mine", "0x" + Integer.toHexString(blocks));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(LedgerFault.class)
  @DisplayName("FOL-6 FOL-7 a fault of a node permits nothing, forgets nothing, and passes")
  void bearsTheFault(LedgerFault fault) {
    node.works();
    Server server = chain.server(asked);
    kept = server.patient("kept");
    Patient revoked = server.patient("revoked");
    Patient granted = server.patient("granted");
    kept.grantIt();
    revoked.grantIt();
    mine(FollowedChain.FINAL);
    assertThat(server.look()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(server.standing(kept)).isEqualTo(Standing.GRANTED);
    assertThat(server.standing(revoked)).isEqualTo(Standing.GRANTED);

    node.fails(fault);
    granted.grantIt();
    revoked.revokeIt();
    long revocation = chain.ledger.latest().number();
    mine(1);
    Instant end = Instant.now().plus(BORNE);
    boolean heard = fault.during() == LedgerFault.During.HEARS;
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              server.look();
              holds(server, revoked, granted, revocation);
              boolean revokedHere = server.standing(revoked) == Standing.REVOKED;
              return heard ? revokedHere : Instant.now().isAfter(end) && !revokedHere;
            });

    node.works();
    mine(FollowedChain.FINAL);
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> passed(server, revoked, granted));
  }

  /** No permit but those that the ledger knows; what was granted for good stays granted. */
  private static void holds(Server server, Patient revoked, Patient granted, long revocation) {
    assertThat(server.standing(kept)).isEqualTo(Standing.GRANTED);
    assertThat(server.standing(granted)).isNotEqualTo(Standing.GRANTED);
    assertThat(server.standing(revoked) == Standing.REVOKED || !server.knows(revocation))
        .as("says that it knows the block, and not what is in it")
        .isTrue();
  }

  private static void passed(Server server, Patient revoked, Patient granted) {
    assertThat(server.look()).isInstanceOf(FollowOutcome.CaughtUp.class);
    assertThat(server.follower.trouble()).isEmpty();
    assertThat(server.standing(kept)).isEqualTo(Standing.GRANTED);
    assertThat(server.standing(revoked)).isEqualTo(Standing.REVOKED);
    assertThat(server.standing(granted)).isEqualTo(Standing.GRANTED);
    assertThat(server.states.find(granted.key()).flatMap(ConsentRecord::grant))
        .contains(
            new ConsentRecord.Grant(
                granted.grant.termsHash(), granted.grant.period(), granted.grantedBlock()));
  }

  @Test
  @DisplayName("FOL-6 the operators' table has a row for each fault, and no other")
  void theTableIsThis() throws IOException {
    List<String> rows =
        Files.readAllLines(FollowedChain.root().resolve("docs/operate/ledger-faults.md")).stream()
            .takeWhile(line -> !line.equals("## What to do"))
            .filter(line -> line.startsWith("| `"))
            .map(
                line ->
                    line.split("`", -1)[1] + line.split("\\|", -1)[3].strip().split("[ .]", -1)[0])
            .toList();
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(LedgerFault.values())
                .map(
                    fault ->
                        fault.title()
                            + (fault.during() == LedgerFault.During.HEARS ? "heard" : "waits"))
                .toList());
    assertThat(rows).hasSizeGreaterThanOrEqualTo(30);
  }
}
