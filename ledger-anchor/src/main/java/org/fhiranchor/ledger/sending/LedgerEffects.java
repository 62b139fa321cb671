package org.fhiranchor.ledger.sending;

import org.fhiranchor.ledger.LedgerCall;

/**
 * Whether a call has its effect on the ledger, read from the contract's state and not from a
 * receipt. Throws {@link org.fhiranchor.ledger.LedgerUnavailableException} when there is no answer,
 * and {@link org.fhiranchor.ledger.LedgerRejectedException} when the answer is no: {@code REVERTED}
 * where another contract is by now, anything else where the node does not tell.
 */
public interface LedgerEffects {
  /**
   * Whether sending the call can do nothing more: the ledger has what it asks for, or something
   * that rules it out for ever. True for calls that somebody else looks after.
   */
  boolean isSettled(LedgerCall call);
}
