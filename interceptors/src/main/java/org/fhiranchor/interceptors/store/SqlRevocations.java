package org.fhiranchor.interceptors.store;

import java.time.Instant;
import org.fhiranchor.interceptors.consent.following.ConsentStates;
import org.fhiranchor.interceptors.consent.following.Revocations;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.sending.CallQueue;
import org.springframework.transaction.support.TransactionTemplate;

/** The deny and the queued call in one transaction; all three must share its data source. */
public record SqlRevocations(
    ConsentStates states, CallQueue queue, TransactionTemplate transactions)
    implements Revocations {
  @Override
  public void accept(ConsentKey key, LedgerCall call, Instant now) {
    transactions.executeWithoutResult(
        status -> {
          states.revoke(key);
          queue.add(call, now);
        });
  }
}
