package org.fhiranchor.interceptors.disclosure;

import java.util.HashMap;
import java.util.Map;

/**
 * How many refusals of one requester become records of their own in a minute (DIS-5); the others
 * are counted. A minute is that of the request's begin, and requests end in any order, so that the
 * minutes before are kept as long as one of theirs can come. Per node, for as many requesters as
 * were refused in these minutes.
 */
final class RefusalBudget {
  /** Minutes that are kept on both sides of now. */
  private final long kept;

  private final int perMinute;
  private final Map<Long, Map<String, Integer>> used = new HashMap<>();

  /**
   * A budget of which nothing is used.
   *
   * @param late minutes after which no refusal of a minute comes any more
   */
  RefusalBudget(int perMinute, long late) {
    this.perMinute = perMinute;
    // One more: who read the clock first may come after who read it then.
    this.kept = late + 1;
  }

  /**
   * Whether one more refusal in a minute is a record of its own.
   *
   * @param now the minute that it is now
   */
  synchronized boolean take(String requester, long minute, long now) {
    // What is far ahead was counted by a clock that was wrong.
    used.keySet().removeIf(one -> Math.abs(one - now) > kept);
    return used.computeIfAbsent(minute, one -> new HashMap<>()).merge(requester, 1, Integer::sum)
        <= perMinute;
  }
}
