package org.fhiranchor.consent.decide;

/**
 * A stretch of time in milliseconds since 1970, from inclusive to exclusive. Open ends are {@link
 * Long#MIN_VALUE} and {@link Long#MAX_VALUE}.
 */
public record TimeSpan(long from, long until) {
  /** All of time. */
  public static final TimeSpan ALWAYS = new TimeSpan(Long.MIN_VALUE, Long.MAX_VALUE);

  /** From a first millisecond on, without end. */
  public static TimeSpan since(long from) {
    return new TimeSpan(from, Long.MAX_VALUE);
  }

  /** Whether the instant lies inside. */
  public boolean contains(long instant) {
    return from <= instant && instant < until;
  }

  /** Whether the whole of the other span lies inside. */
  public boolean covers(TimeSpan other) {
    return from <= other.from && other.until <= until;
  }

  /** Whether the two have a millisecond in common. */
  public boolean overlaps(TimeSpan other) {
    return from < other.until && other.from < until;
  }

  /** Whether the instant lies before the first millisecond. */
  public boolean startsAfter(long instant) {
    return instant < from;
  }
}
