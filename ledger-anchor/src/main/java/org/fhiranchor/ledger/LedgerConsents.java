package org.fhiranchor.ledger;

import java.util.Map;

/**
 * What the registry says of several consents at one block.
 *
 * @param lastNumber of the registry's newest event at that block: an answer from an older state has
 *     a smaller one
 * @param states of each consent that was asked for
 */
public record LedgerConsents(long lastNumber, Map<ConsentKey, LedgerConsent> states) {
  /** Keeps them. */
  public LedgerConsents {
    states = Map.copyOf(states);
  }

  /** Of one that was asked for. */
  public LedgerConsent of(ConsentKey key) {
    return states.getOrDefault(key, LedgerConsent.NONE);
  }
}
