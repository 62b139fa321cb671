package org.fhiranchor.interceptors.disclosure;

import java.util.HashMap;
import java.util.Map;

/**
 * How many refusals of one requester become records of their own in a minute (DIS-5); the others
 * are counted. Per node, for as many requesters as were refused in this minute.
 */
final class RefusalBudget {
  private final int perMinute;
  private final Map<String, Integer> used = new HashMap<>();
  private long minute = Long.MIN_VALUE;

  RefusalBudget(int perMinute) {
    this.perMinute = perMinute;
  }

  /** Whether one more refusal in this minute is a record of its own. */
  synchronized boolean take(String requester, long now) {
    if (now != minute) {
      used.clear();
      minute = now;
    }
    return used.merge(requester, 1, Integer::sum) <= perMinute;
  }
}
