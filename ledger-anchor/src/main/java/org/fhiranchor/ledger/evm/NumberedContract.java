package org.fhiranchor.ledger.evm;

import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.LedgerRejectedException;

/** Whether a consent contract numbers its events (FOL-7); those of earlier versions do not. */
final class NumberedContract {
  private static final int WORD = 32;

  private NumberedContract() {}

  static boolean is(ContractReader reader, Address contract) {
    AbiCall call = AbiCall.of("lastNumber()");
    try {
      return reader.call(ContractArtifact.CONSENT_REGISTRY, contract, call).size() == WORD;
    } catch (LedgerRejectedException refused) {
      if (refused.reason() == LedgerRejectedException.Reason.REVERTED) {
        return false;
      }
      throw refused;
    }
  }
}
