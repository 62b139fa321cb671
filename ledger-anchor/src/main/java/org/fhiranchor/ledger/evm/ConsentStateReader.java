package org.fhiranchor.ledger.evm;

import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerUnavailableException;

/** The consent registry's {@code stateOf} (CR-1). */
final class ConsentStateReader {
  private ConsentStateReader() {}

  static LedgerConsent read(ContractReader reader, Address contract, ConsentKey key) {
    AbiCall call =
        AbiCall.of("stateOf(address,bytes32)").address(key.grantor()).bytes32(key.id().value());
    Words words =
        Words.of(
            reader.call(ContractArtifact.CONSENT_REGISTRY, contract, call),
            3,
            "state of " + key.id());
    long block = words.uint64(1);
    return new LedgerConsent(
        status(words.uint64(0)), block == 0 ? Optional.empty() : Optional.of(block));
  }

  private static LedgerConsent.Status status(long state) {
    if (state == 0) {
      return LedgerConsent.Status.NONE;
    }
    if (state == 1) {
      return LedgerConsent.Status.GRANTED;
    }
    if (state == 2) {
      return LedgerConsent.Status.REVOKED;
    }
    throw new LedgerUnavailableException("consent state: want 0 to 2, got " + state);
  }
}
