package org.fhiranchor.ledger.sending;

import org.fhiranchor.ledger.LedgerCall;

/**
 * Whether a call has its effect on the ledger, read from the contract's state and not from a
 * receipt. Throws {@link org.fhiranchor.ledger.LedgerUnavailableException} when there is no answer.
 */
public interface LedgerEffects {
  /**
   * Whether sending the call can do nothing more: the ledger has what it asks for, or something
   * that rules it out for ever. True for calls that somebody else looks after.
   */
  boolean isSettled(LedgerCall call);
}
