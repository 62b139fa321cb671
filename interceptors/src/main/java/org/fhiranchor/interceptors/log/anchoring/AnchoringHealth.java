package org.fhiranchor.interceptors.log.anchoring;

import java.util.Optional;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.ledger.anchoring.StepOutcome;

/** What operators are told about the log and its anchor. */
public record AnchoringHealth(LogStore store, LogHealth health, AnchoringLoop loop) {
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
    LogState state = store.state();
    long pending = store.pendingCount();
    return trouble()
        .<Report>map(reason -> new Report.Degraded(state, pending, reason))
        .orElseGet(() -> new Report.Up(state, pending));
  }

  private Optional<String> trouble() {
    return loop.last()
        .flatMap(
            outcome -> {
              if (outcome instanceof StepOutcome.Away) {
                return Optional.of("the ledger does not answer");
              }
              if (outcome instanceof StepOutcome.Stuck) {
                return Optional.of("an anchor waits and its fee is at the cap");
              }
              if (outcome instanceof StepOutcome.Refused refused) {
                return Optional.of("the ledger refuses the anchor: " + refused.reason());
              }
              return Optional.empty();
            });
  }
}
