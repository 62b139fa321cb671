package org.fhiranchor.ledger.evm;

import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.sending.LedgerEffects;

/** Reads from the consent registry what became of a grant or a revocation. */
public final class ConsentEffects implements LedgerEffects {
  private final EvmClient client;

  /** Asks nothing yet. */
  public ConsentEffects(EvmClient client) {
    this.client = client;
  }

  @Override
  public boolean isSettled(LedgerCall call) {
    return call.consent().map(key -> isSettled(call, key)).orElse(true);
  }

  private boolean isSettled(LedgerCall call, ConsentKey key) {
    LedgerConsent.Status status =
        ConsentStateReader.read(new ContractReader(client), call.to(), key).status();
    return call.kind() == CallKind.REVOCATION
        ? status == LedgerConsent.Status.REVOKED
        : status != LedgerConsent.Status.NONE;
  }
}
