package org.fhiranchor.ledger.anchoring;

import java.math.BigInteger;
import java.time.Duration;
import org.fhiranchor.ledger.Finality;

/**
 * How patiently and how dearly to anchor.
 *
 * @param stuckAfter how long a sent transaction may wait before its fee is raised
 * @param maxFeePerGas in wei; no raise goes above it
 */
public record AnchoringSettings(Finality finality, Duration stuckAfter, BigInteger maxFeePerGas) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException for a wait that is not positive, or a negative fee
   */
  public AnchoringSettings {
    if (stuckAfter.isNegative() || stuckAfter.isZero()) {
      throw new IllegalArgumentException("stuck after: want more than zero, got " + stuckAfter);
    }
    if (maxFeePerGas.signum() < 0) {
      throw new IllegalArgumentException("max fee per gas: want 0 or more, got " + maxFeePerGas);
    }
  }
}
