package org.fhiranchor.ledger.sending;

import java.math.BigInteger;
import java.time.Duration;
import org.fhiranchor.ledger.Finality;

/**
 * How patiently and how dearly to send.
 *
 * @param stuckAfter how long the first unmined transaction may wait before its fee is raised
 * @param budget wei a day (UTC) for everything but revocations
 */
public record SendingSettings(Finality finality, Duration stuckAfter, BigInteger budget) {
  /** Most transactions on their way at once; nodes keep at least sixteen of an account. */
  public static final int MAX_IN_FLIGHT = 16;

  /** Most transactions on their way when revocations go first. */
  public static final int MAX_URGENT_IN_FLIGHT = 64;

  /** Most unused nonces that are filled; more mean another chain. */
  public static final int MAX_GAP = 64;

  /** How often a grant may use up a nonce without effect. */
  public static final int MAX_TRIES = 5;

  /** How long a used-up nonce may be without effect, before the call gets another one. */
  public static final Duration WITHOUT_EFFECT = Duration.ofSeconds(10);

  /** Time between two sendings of the same bytes. */
  public static final Duration AGAIN_AFTER = Duration.ofSeconds(2);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException for a wait that is not positive
   */
  public SendingSettings {
    if (stuckAfter.isNegative() || stuckAfter.isZero()) {
      throw new IllegalArgumentException("stuck after: want more than zero, got " + stuckAfter);
    }
    if (budget.signum() < 0) {
      throw new IllegalArgumentException("budget: want 0 or more, got " + budget);
    }
  }
}
