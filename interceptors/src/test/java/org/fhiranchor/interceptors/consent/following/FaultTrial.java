package org.fhiranchor.interceptors.consent.following;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.fhiranchor.interceptors.consent.following.FollowedChain.Patient;
import org.fhiranchor.interceptors.consent.following.FollowedChain.Server;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.ledger.consent.ConsentRecord.Standing;
import org.fhiranchor.ledger.consent.FollowOutcome;
import org.fhiranchor.ledger.evm.EvmConsentLedger;

/** A chain with a faulty node in front of it, on which one fault after the other is tried. */
@SuppressWarnings("NullAway.Init")
final class FaultTrial implements AutoCloseable {
  /** How long a fault is borne: what is left out stays so past two looks and a second. */
  private static final Duration BORNE = Duration.ofMillis(1_500);

  private final FollowedChain chain;
  private final FaultyNode node;
  private final EvmConsentLedger asked;
  private volatile Patient kept;

  private FaultTrial(FollowedChain chain) {
    this.chain = chain;
    node = FaultyNode.before(chain.url());
    asked = chain.through(node);
  }

  static FaultTrial on(FollowedChain chain) {
    FaultTrial trial = new FaultTrial(chain);
    trial.node.on(new FaultyNode.Registry(trial::grantOfTheKept, chain::lastNumber));
    return trial;
  }

  @Override
  public void close() {
    node.close();
    chain.close();
  }

  private Map<String, Object> grantOfTheKept() {
    String block = "0x" + Long.toHexString(kept.grantedBlock());
    return Map.of(
        "address", chain.ledger.domain().contract().hex(), "fromBlock", block, "toBlock", block);
  }

  private void mine(int blocks) {
    chain.orders().give("anvil_mine", "0x" + Integer.toHexString(blocks));
  }

  /** With a server of its own. */
  void bear(LedgerFault fault) {
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
  private void holds(Server server, Patient revoked, Patient granted, long revocation) {
    assertThat(server.standing(kept)).isEqualTo(Standing.GRANTED);
    assertThat(server.standing(granted)).isNotEqualTo(Standing.GRANTED);
    assertThat(server.standing(revoked) == Standing.REVOKED || !server.knows(revocation))
        .as("says that it knows the block, and not what is in it")
        .isTrue();
  }

  private void passed(Server server, Patient revoked, Patient granted) {
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
}
