package org.fhiranchor.ledger;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * When a granted consent permits, in whole seconds.
 *
 * @param notBefore the first second; empty for no bound (0 on the ledger)
 * @param notAfter the first second at which it no longer does; empty for no bound (the largest
 *     uint64 on the ledger)
 */
public record ConsentPeriod(Optional<Instant> notBefore, Optional<Instant> notAfter) {
  /** Without bounds. */
  public static final ConsentPeriod ALWAYS = new ConsentPeriod(Optional.empty(), Optional.empty());

  private static final BigInteger NO_END = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  /** The last second of the year 9999: what is later is as good as never. */
  private static final BigInteger HORIZON = BigInteger.valueOf(253_402_300_799L);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException for a fraction of a second, a time outside 1970 to 9999, or an
   *     empty period
   */
  public ConsentPeriod {
    notBefore.ifPresent(ConsentPeriod::check);
    notAfter.ifPresent(ConsentPeriod::check);
    if (notAfter.isPresent() && !notBefore.orElse(Instant.EPOCH).isBefore(notAfter.get())) {
      throw new IllegalArgumentException(
          "consent period: want an end after the start, got " + notBefore + " to " + notAfter);
    }
  }

  private static void check(Instant bound) {
    boolean whole = bound.getNano() == 0;
    if (!whole || bound.getEpochSecond() < 1 || bound.getEpochSecond() > HORIZON.longValueExact()) {
      throw new IllegalArgumentException(
          "consent period: want whole seconds from 1970 to 9999, got " + bound);
    }
  }

  /**
   * From the ledger's numbers. Bounds past the year 9999 count as that year's end.
   *
   * @throws IllegalArgumentException for an empty period, which the contract refuses too
   */
  public static ConsentPeriod ofSeconds(BigInteger notBefore, BigInteger notAfter) {
    if (notBefore.compareTo(notAfter) >= 0) {
      throw new IllegalArgumentException(
          "consent period: want an end after the start, got " + notBefore + " to " + notAfter);
    }
    BigInteger start = notBefore.min(HORIZON.subtract(BigInteger.ONE));
    BigInteger end = notAfter.min(HORIZON);
    return new ConsentPeriod(
        start.signum() == 0 ? Optional.empty() : Optional.of(instant(start)),
        notAfter.equals(NO_END) ? Optional.empty() : Optional.of(instant(end)));
  }

  private static Instant instant(BigInteger seconds) {
    return Instant.ofEpochSecond(seconds.longValueExact());
  }

  /** The ledger's uint64 for the start. */
  public BigInteger notBeforeSeconds() {
    return notBefore.map(ConsentPeriod::seconds).orElse(BigInteger.ZERO);
  }

  /** The ledger's uint64 for the end. */
  public BigInteger notAfterSeconds() {
    return notAfter.map(ConsentPeriod::seconds).orElse(NO_END);
  }

  private static BigInteger seconds(Instant bound) {
    return BigInteger.valueOf(bound.getEpochSecond());
  }

  /** Whether it permits at this instant. */
  public boolean contains(Instant at) {
    return !at.isBefore(notBefore.orElse(Instant.MIN)) && at.isBefore(notAfter.orElse(Instant.MAX));
  }
}
