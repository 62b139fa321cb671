package org.fhiranchor.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * When a granted consent permits, in whole seconds, exactly as the ledger has it: anybody may grant
 * with any two uint64. What lies past the year 9999 is clipped only when it is read as a time.
 *
 * @param notBeforeSeconds the first second; 0 for no bound
 * @param notAfterSeconds the first second at which it no longer does; the largest uint64 for no
 *     bound
 */
public record ConsentPeriod(BigInteger notBeforeSeconds, BigInteger notAfterSeconds) {
  private static final BigInteger NO_END = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  /** Without bounds. */
  public static final ConsentPeriod ALWAYS = new ConsentPeriod(BigInteger.ZERO, NO_END);

  /** The last second of the year 9999: what is later is as good as never. */
  private static final BigInteger HORIZON = BigInteger.valueOf(253_402_300_799L);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException for what is no uint64, or an empty period, which the contract
   *     refuses too
   */
  public ConsentPeriod {
    boolean inside = notBeforeSeconds.signum() >= 0 && notAfterSeconds.compareTo(NO_END) <= 0;
    if (!inside || notBeforeSeconds.compareTo(notAfterSeconds) >= 0) {
      throw new IllegalArgumentException(
          "consent period: want an end after the start, got "
              + notBeforeSeconds
              + " to "
              + notAfterSeconds);
    }
  }

  /**
   * From times.
   *
   * @throws IllegalArgumentException for a fraction of a second, a time outside 1970 to 9999, or an
   *     empty period
   */
  public ConsentPeriod(Optional<Instant> notBefore, Optional<Instant> notAfter) {
    this(
        notBefore.map(ConsentPeriod::seconds).orElse(BigInteger.ZERO),
        notAfter.map(ConsentPeriod::seconds).orElse(NO_END));
  }

  private static BigInteger seconds(Instant bound) {
    boolean whole = bound.getNano() == 0;
    if (!whole || bound.getEpochSecond() < 1 || bound.getEpochSecond() > HORIZON.longValueExact()) {
      throw new IllegalArgumentException(
          "consent period: want whole seconds from 1970 to 9999, got " + bound);
    }
    return BigInteger.valueOf(bound.getEpochSecond());
  }

  /** Whether it has no end at all. */
  public boolean isEndless() {
    return notAfterSeconds.equals(NO_END);
  }

  /** The first instant; empty for no bound. */
  public Optional<Instant> notBefore() {
    return Optional.of(notBeforeSeconds)
        .filter(bound -> bound.signum() > 0)
        .map(ConsentPeriod::instant);
  }

  /** The first instant at which it no longer permits; empty for no bound. */
  public Optional<Instant> notAfter() {
    return isEndless() ? Optional.empty() : Optional.of(instant(notAfterSeconds));
  }

  private static Instant instant(BigInteger seconds) {
    return Instant.ofEpochSecond(seconds.min(HORIZON).longValueExact());
  }

  /** Whether it permits at this instant. */
  public boolean contains(Instant at) {
    return !at.isBefore(notBefore().orElse(Instant.MIN))
        && at.isBefore(notAfter().orElse(Instant.MAX));
  }
}
