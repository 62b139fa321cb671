package org.fhiranchor.ledger.evm;

import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.LedgerConsent;

/** The consent registry's {@code stateOf} (CR-1). */
final class ConsentStateReader {
  private ConsentStateReader() {}

  static LedgerConsent read(ContractReader reader, Address contract, ConsentKey key) {
    AbiCall call =
        AbiCall.of("stateOf(address,bytes32)").address(key.grantor()).bytes32(key.id().value());
    Bytes answer = reader.call(ContractArtifact.CONSENT_REGISTRY, contract, call);
    return ConsentStateWords.state(Words.of(answer, 3, "state of " + key.id()), 0);
  }
}
