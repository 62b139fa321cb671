package org.fhiranchor.interceptors.consent.ledger;

import java.util.Map;
import org.fhiranchor.interceptors.consent.decide.ConsentId;

/** Tells all nodes which Consents to compile again. */
public interface Touches {
  /** Within the transaction of the caller: lives or dies with it. */
  void touch(ConsentId consent);

  /** The number of the newest touch; 0 when there is none. */
  long newest();

  /** Touches with a number above this one, at most 1000, by number. */
  Map<Long, ConsentId> after(long number);
}
