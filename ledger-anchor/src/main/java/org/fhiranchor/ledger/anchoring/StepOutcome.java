package org.fhiranchor.ledger.anchoring;

import java.time.Duration;
import org.fhiranchor.ledger.LedgerRejectedException;

/** What one step of the {@link Anchorer} came to. */
public sealed interface StepOutcome {
  /** Nothing to anchor. */
  record Idle(LogStanding standing) implements StepOutcome {}

  /** The anchor is in the queue or in a block, and no decision is due. */
  record Waiting(AnchorTransaction anchor) implements StepOutcome {}

  /** The anchor became final in this step. */
  record Anchored(AnchorTransaction anchor) implements StepOutcome {}

  /** The anchor can never be final any more; the next step plans another one. */
  record Superseded(AnchorTransaction anchor) implements StepOutcome {}

  /**
   * Not mined for too long. The account's queue goes on sending it; somebody should look.
   *
   * @param waited since the anchor was planned, or since its block was dropped
   */
  record Stuck(AnchorTransaction anchor, Duration waited) implements StepOutcome {}

  /** The ledger said no; the next step tries again, but somebody should look. */
  record Refused(LedgerRejectedException.Reason reason, String message) implements StepOutcome {}

  /** The ledger did not answer; the next step tries again. */
  record Away(String message) implements StepOutcome {}

  /** Another node was faster; the next step sees what it did. */
  record Overtaken() implements StepOutcome {}

  /**
   * What the ledger says contradicts what is known. It is asked again before that is believed, and
   * nothing is anchored until then.
   */
  record Doubted(LogStanding standing) implements StepOutcome {}

  /** The log and the ledger contradict each other; nothing is anchored until that is resolved. */
  record Halted(LogStanding standing) implements StepOutcome {}
}
