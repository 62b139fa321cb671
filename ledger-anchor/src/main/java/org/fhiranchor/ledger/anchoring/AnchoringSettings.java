package org.fhiranchor.ledger.anchoring;

import java.time.Duration;
import org.fhiranchor.ledger.Finality;

/**
 * How patiently to anchor.
 *
 * @param stuckAfter how long an anchor may wait before somebody should look
 */
public record AnchoringSettings(Finality finality, Duration stuckAfter) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException for a wait that is not positive
   */
  public AnchoringSettings {
    if (stuckAfter.isNegative() || stuckAfter.isZero()) {
      throw new IllegalArgumentException("stuck after: want more than zero, got " + stuckAfter);
    }
  }
}
