package org.fhiranchor.interceptors.consent.following;

import java.util.Map;
import org.fhiranchor.consent.decide.ConsentResourceId;

/** Tells all nodes which Consents to compile again. */
public interface Touches {
  /** Within the transaction of the caller: lives or dies with it. */
  void touch(ConsentResourceId consent);

  /** The number of the newest touch; 0 when there is none. */
  long newest();

  /** Touches with a number above this one, at most 1000, by number. */
  Map<Long, ConsentResourceId> after(long number);
}
