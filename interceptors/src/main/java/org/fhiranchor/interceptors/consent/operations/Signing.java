package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.custody.Custody;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.evm.ConsentTypedData;

/**
 * Where signatures come from: checked when given, made when the key is in custody.
 *
 * @param custody empty where this server keeps no keys
 */
public record Signing(
    ConsentLedger ledger, SubjectKeys keys, Optional<Custody> custody, Passkeys passkeys) {
  Bytes signed(
      PatientId patient, Address signer, ConsentTypedData data, Optional<Bytes> signature) {
    SubjectKey key =
        keys.of(patient).stream()
            .filter(known -> known.address().equals(signer))
            .findFirst()
            .orElseThrow(
                () -> new UnprocessableEntityException("the key was never bound to the patient"));
    if (signature.isPresent()) {
      requireSigned(signer, data, signature.get());
      return signature.get();
    }
    Bytes sealed =
        key.sealed()
            .orElseThrow(
                () ->
                    new UnprocessableEntityException(
                        "signature: want one, the key is not in this server's custody"));
    return custody().orElseThrow(Signing::noCustody).open(patient, sealed).sign(data.digest());
  }

  void requireSigned(Address signer, ConsentTypedData data, Bytes signature) {
    passkeys.requireOurs(signer, signature);
    try {
      if (!ledger.isSignedBy(signer, data.digest(), signature)) {
        throw new UnprocessableEntityException(
            "signature: want one over the typed data, by "
                + signer
                + " for chain "
                + ledger.domain().chainId().value()
                + " and contract "
                + ledger.domain().contract());
      }
    } catch (LedgerUnavailableException away) {
      throw new UnclassifiedServerFailureException(503, "the ledger does not answer");
    }
  }

  static UnprocessableEntityException noCustody() {
    return new UnprocessableEntityException("custody: this server keeps no keys for patients");
  }
}
