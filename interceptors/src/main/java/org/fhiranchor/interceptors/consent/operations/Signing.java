package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.custody.Custody;
import org.fhiranchor.interceptors.consent.following.KeyUses;
import org.fhiranchor.interceptors.consent.following.PasskeyUse;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.fhiranchor.ledger.evm.PasskeySignature;

/**
 * Where signatures come from: checked when given, made when the key is in custody.
 *
 * @param custody empty where this server keeps no keys
 * @param uses what passkeys say of themselves
 */
public record Signing(
    ConsentLedger ledger,
    SubjectKeys keys,
    Optional<Custody> custody,
    Passkeys passkeys,
    KeyUses uses) {
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

  /**
   * Keeps what a passkey says of itself with a signature that was found good.
   *
   * @return false when its count did not go on, as that of a copied passkey does not
   */
  boolean keepUse(PatientId patient, Address signer, Bytes signature) {
    return PasskeySignature.read(signature)
        .filter(read -> read.signer().address().equals(signer))
        .map(read -> uses.keep(patient, signer, PasskeyUse.of(read)))
        .orElse(true);
  }

  /** The same, and what permits something is refused then. */
  void requireUse(PatientId patient, Address signer, Bytes signature) {
    if (!keepUse(patient, signer, signature)) {
      throw new UnprocessableEntityException(
          "passkey: its count of signatures did not go on, so there may be a copy of it: set up"
              + " another passkey");
    }
  }

  static UnprocessableEntityException noCustody() {
    return new UnprocessableEntityException("custody: this server keeps no keys for patients");
  }
}
