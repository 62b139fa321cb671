package org.fhiranchor.interceptors.log.anchoring;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.ledger.anchoring.StepOutcome;

/**
 * What operators are told about the log and its anchor.
 *
 * @param senders of the accounts that anchor and relay
 * @param maxLag age of the oldest leaf without a final anchor from which on all is not well
 */
public record AnchoringHealth(
    LogStore store,
    LogHealth health,
    AnchoringLoop loop,
    List<SenderLoop> senders,
    Duration maxLag,
    InstantSource clock) {
  /** How the log fares. */
  public sealed interface Report {
    /** All is well. */
    record Up(LogState state, long pending) implements Report {}

    /** Records and sequences, but does not get to the ledger. */
    record Degraded(LogState state, long pending, String reason) implements Report {}

    /** Sequencing and proofs are stopped. */
    record Down(String reason) implements Report {}
  }

  /** The report of this moment. */
  public Report report() {
    Optional<String> refusal = health.refusal();
    if (refusal.isPresent()) {
      return new Report.Down(refusal.get());
    }
    double behind = store.secondsBehind(clock.instant());
    if (behind > maxLag.toSeconds()) {
      return new Report.Down(
          "the oldest leaf without a final anchor is %.0f s old: want at most %d s%s"
              .formatted(behind, maxLag.toSeconds(), trouble().map(why -> "; " + why).orElse("")));
    }
    LogState state = store.state();
    long pending = store.pendingCount();
    return trouble()
        .<Report>map(reason -> new Report.Degraded(state, pending, reason))
        .orElseGet(() -> new Report.Up(state, pending));
  }

  private Optional<String> trouble() {
    return loop.last()
        .flatMap(AnchoringHealth::trouble)
        .or(() -> senders.stream().flatMap(sender -> sender.trouble().stream()).findFirst());
  }

  private static Optional<String> trouble(StepOutcome outcome) {
    if (outcome instanceof StepOutcome.Away) {
      return Optional.of("the ledger does not answer");
    }
    if (outcome instanceof StepOutcome.Doubted doubted) {
      return Optional.of("the ledger is asked again: " + doubted.standing().message());
    }
    if (outcome instanceof StepOutcome.Stuck) {
      return Optional.of("an anchor waits for too long");
    }
    if (outcome instanceof StepOutcome.Refused refused) {
      return Optional.of("the ledger refuses the anchor: " + refused.reason());
    }
    return Optional.empty();
  }
}
