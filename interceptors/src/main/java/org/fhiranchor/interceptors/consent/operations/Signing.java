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
import org.fhiranchor.ledger.LedgerRejectedException;
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
  /** For what permits something: the ledger must say that it takes a signature that is given. */
  Bytes signed(
      PatientId patient, Address signer, ConsentTypedData data, Optional<Bytes> signature) {
    SubjectKey key = bound(patient, signer);
    signature.ifPresent(given -> requireSigned(signer, data, given));
    return signature.orElseGet(() -> signedInCustody(patient, key, data));
  }

  /**
   * For what withdraws: that the key itself signed is seen here, and enough. A ledger that is away,
   * refuses to answer or lies keeps no holder of a key from withdrawing; what a contract signed is
   * for the ledger alone to say.
   */
  Bytes signedToWithdraw(
      PatientId patient, Address signer, ConsentTypedData data, Optional<Bytes> signature) {
    SubjectKey key = bound(patient, signer);
    signature.ifPresent(given -> requireSignedToWithdraw(signer, data, given));
    return signature.orElseGet(() -> signedInCustody(patient, key, data));
  }

  private SubjectKey bound(PatientId patient, Address signer) {
    return keys.of(patient).stream()
        .filter(known -> known.address().equals(signer))
        .findFirst()
        .orElseThrow(
            () -> new UnprocessableEntityException("the key was never bound to the patient"));
  }

  private Bytes signedInCustody(PatientId patient, SubjectKey key, ConsentTypedData data) {
    Bytes sealed =
        key.sealed()
            .orElseThrow(
                () ->
                    new UnprocessableEntityException(
                        "signature: want one, the key is not in this server's custody"));
    return custody().orElseThrow(Signing::noCustody).open(patient, sealed).sign(data.digest());
  }

  private void requireSignedToWithdraw(Address signer, ConsentTypedData data, Bytes signature) {
    if (ledger.isSignedByKey(signer, data.digest(), signature)) {
      passkeys.requireOurs(signer, signature);
    } else {
      requireSigned(signer, data, signature);
    }
  }

  void requireSigned(Address signer, ConsentTypedData data, Bytes signature) {
    passkeys.requireOurs(signer, signature);
    if (!isSigned(signer, data, signature)) {
      throw new UnprocessableEntityException(
          "signature: want one over the typed data, by "
              + signer
              + " for chain "
              + ledger.domain().chainId().value()
              + " and contract "
              + ledger.domain().contract());
    }
  }

  private boolean isSigned(Address signer, ConsentTypedData data, Bytes signature) {
    try {
      return ledger.isSignedBy(signer, data.digest(), signature);
    } catch (LedgerUnavailableException | LedgerRejectedException away) {
      throw new UnclassifiedServerFailureException(
          503, "the ledger does not answer, and without it this signature cannot be checked");
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
