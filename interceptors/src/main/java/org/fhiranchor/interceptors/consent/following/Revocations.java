package org.fhiranchor.interceptors.consent.following;

import java.time.Instant;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.LedgerCall;

/** Where a patient's revocation is taken in. */
public interface Revocations {
  /**
   * Stores the deny that every node reads, and what is to be sent to the ledger: both or none, for
   * good once this returns. Repeating it changes nothing while the call is on its way. Whatever
   * becomes of the call, the deny stays.
   */
  void accept(ConsentKey key, LedgerCall call, Instant now);
}
