package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.custody.Custody;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.KeyBinding;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.fhiranchor.ledger.evm.PatientKey;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;

/** Binds keys to patients, each with a proof that its holder has it (CG-4). */
public final class KeyEnrolment {
  /** How long a proof of possession may be handed in. */
  private static final Duration VALIDITY = Duration.ofHours(24);

  private final ConsentLedger ledger;
  private final SubjectKeys keys;
  private final Signing signing;
  private final Clock clock;

  /** Binds into these. */
  public KeyEnrolment(ConsentLedger ledger, SubjectKeys keys, Signing signing, Clock clock) {
    this.ledger = ledger;
    this.keys = keys;
    this.signing = signing;
    this.clock = clock;
  }

  /**
   * That the holder has the key.
   *
   * @param deadline last second, since 1970, at which it counts
   * @param signature over the typed data of the binding
   */
  record Proof(Address address, long deadline, Bytes signature) {}

  /** Every key that the patient ever had, newest first. */
  List<SubjectKey> known(PatientId patient) {
    return keys.of(patient);
  }

  /**
   * A key of the server's; the one there is when it is in custody already and still opens.
   *
   * @param known the patient's keys when it was decided that this one may be bound
   * @throws ResourceVersionConflictException when another was bound since
   */
  Parameters inCustody(PatientId patient, List<SubjectKey> known) {
    Custody custody = signing.custody().orElseThrow(Signing::noCustody);
    Optional<SubjectKey> current =
        bound(known)
            .filter(
                key -> key.sealed().filter(secret -> custody.opens(patient, secret)).isPresent());
    return answer(patient, current.orElseGet(() -> make(patient, known, custody)));
  }

  private SubjectKey make(PatientId patient, List<SubjectKey> known, Custody custody) {
    PatientKey made = custody.generate();
    return bind(patient, known, made.address(), Optional.of(custody.seal(patient, made)));
  }

  /** What the holder of a key signs to have it bound. */
  Parameters toSign(PatientId patient, Address address) {
    long deadline = clock.instant().plus(VALIDITY).getEpochSecond();
    Parameters answer = new Parameters();
    ConsentTypedData data = data(patient, address, deadline);
    answer.addParameter("typedData", new StringType(data.json()));
    answer.addParameter(
        "challenge",
        new StringType(
            Base64.getUrlEncoder().withoutPadding().encodeToString(data.digest().bytes())));
    answer.addParameter("deadline", new DecimalType(deadline));
    return answer;
  }

  /** A key that its holder keeps; the one there is when it is bound already. */
  Parameters ofHolder(PatientId patient, List<SubjectKey> known, Proof proof) {
    requirePossession(patient, proof);
    return answer(patient, current(known, proof).orElseGet(() -> bind(patient, known, proof)));
  }

  /**
   * Binds the holder's key once more, so that what registrars asked for meanwhile does not take its
   * place (KEY-4).
   *
   * @throws UnprocessableEntityException when another key is bound, or none
   */
  Parameters veto(PatientId patient, List<SubjectKey> known, Proof proof) {
    requirePossession(patient, proof);
    if (current(known, proof).isEmpty()) {
      throw new UnprocessableEntityException("veto: want the signature of the key that is bound");
    }
    return answer(patient, bind(patient, known, proof));
  }

  /** What was noted before is not noted of the binding that is new. */
  private SubjectKey bind(PatientId patient, List<SubjectKey> known, Proof proof) {
    SubjectKey key = bind(patient, known, proof.address(), Optional.empty());
    signing.keepUse(patient, proof.address(), proof.signature());
    return key;
  }

  private static Optional<SubjectKey> current(List<SubjectKey> known, Proof proof) {
    return bound(known).filter(key -> key.address().equals(proof.address()));
  }

  private static Optional<SubjectKey> bound(List<SubjectKey> known) {
    return known.stream().filter(SubjectKey::isBound).findFirst();
  }

  private void requirePossession(PatientId patient, Proof proof) {
    Instant now = clock.instant();
    if (proof.deadline() < now.getEpochSecond()
        || proof.deadline() > now.plus(VALIDITY).getEpochSecond()) {
      throw new UnprocessableEntityException("deadline: want one within the next 24 hours");
    }
    signing.requireSigned(
        proof.address(), data(patient, proof.address(), proof.deadline()), proof.signature());
    signing.requireUse(patient, proof.address(), proof.signature());
  }

  private ConsentTypedData data(PatientId patient, Address address, long deadline) {
    KeyBinding binding =
        new KeyBinding(keys.subject(patient), address, BigInteger.valueOf(deadline));
    return ConsentTypedData.of(ledger.domain(), binding);
  }

  private SubjectKey bind(
      PatientId patient, List<SubjectKey> known, Address address, Optional<Bytes> sealed) {
    // The block is asked for after the keys, so that none is older than that of a key before it.
    SubjectKey key = new SubjectKey(address, sealed, latestBlock(), Optional.empty());
    if (!keys.bind(patient, key, known.size())) {
      throw new ResourceVersionConflictException(
          "another key was bound to the patient meanwhile: look at $keys, and ask again");
    }
    return key;
  }

  private long latestBlock() {
    try {
      return ledger.latest().number();
    } catch (LedgerUnavailableException away) {
      throw new UnclassifiedServerFailureException(503, "the ledger does not answer");
    }
  }

  private Parameters answer(PatientId patient, SubjectKey key) {
    Parameters answer = new Parameters();
    answer.addParameter("address", new StringType(key.address().hex()));
    answer.addParameter("custody", new CodeType(key.custody()));
    answer.addParameter("subject", new StringType("0x" + keys.subject(patient).hex()));
    return answer;
  }
}
