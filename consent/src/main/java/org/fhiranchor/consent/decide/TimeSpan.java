package org.fhiranchor.consent.decide;

/**
 * A stretch of time in milliseconds since 1970, from inclusive to exclusive. Open ends are {@link
 * Long#MIN_VALUE} and {@link Long#MAX_VALUE}.
 */
public record TimeSpan(long from, long until) {
  /** All of time. */
  public static final TimeSpan ALWAYS = new TimeSpan(Long.MIN_VALUE, Long.MAX_VALUE);

  /** No millisecond. */
  public static final TimeSpan NEVER = new TimeSpan(0, 0);

  /** From a first millisecond on, without end. */
  public static TimeSpan since(long from) {
    return new TimeSpan(from, Long.MAX_VALUE);
  }

  /** Whether the instant lies inside. */
  public boolean contains(long instant) {
    return from <= instant && instant < until;
  }

  /** What lies in both. */
  public TimeSpan within(TimeSpan other) {
    return overlaps(other)
        ? new TimeSpan(Math.max(from, other.from), Math.min(until, other.until))
        : NEVER;
  }

  /** From the earlier start to the later end, what lies between the two included. */
  public TimeSpan joined(TimeSpan other) {
    return new TimeSpan(Math.min(from, other.from), Math.max(until, other.until));
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
