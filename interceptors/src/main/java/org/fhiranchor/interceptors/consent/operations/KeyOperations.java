package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.BoundKey;
import org.fhiranchor.interceptors.consent.following.KeyUses;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.ledger.Address;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/** {@code Patient/[id]/$enroll-key} and {@code $keys} (CG-4, KEY-3). */
public final class KeyOperations {
  private final DaoRegistry daos;
  private final Entitlement entitlement;
  private final KeyEnrolment enrolment;
  private final RegistrarLimits registrars;
  private final Passkeys passkeys;
  private final KeyUses uses;
  private final KeyApps apps;
  private final Doors doors;

  /**
   * The operation.
   *
   * @param open whether requests without a token are served: only where consent is not enforced
   */
  public KeyOperations(
      DaoRegistry daos,
      Entitlement entitlement,
      KeyEnrolment enrolment,
      RegistrarLimits registrars,
      Passkeys passkeys,
      KeyUses uses,
      KeyApps apps,
      boolean open) {
    this.daos = daos;
    this.entitlement = entitlement;
    this.enrolment = enrolment;
    this.registrars = registrars;
    this.passkeys = passkeys;
    this.uses = uses;
    this.apps = apps;
    this.doors = new Doors(open);
  }

  /**
   * Binds a key: a new one of the server's with {@code custody} = {@code server}; one's own with
   * {@code address}, {@code signature} and {@code deadline}; a passkey with {@code publicKey} in
   * place of the address, {@code authenticatorData} and {@code clientDataJSON} (KEY-3). With an
   * address or a public key alone, answers the {@code typedData} to sign and its {@code deadline},
   * for a passkey its {@code address}, the {@code challenge} and the {@code relyingParty} as well.
   * A registrar who would replace the patient's own key is given a {@code confirmation}, with which
   * a second one asks again (WHO-6); {@code veto} = true with the signature of the key that is
   * bound ends that (KEY-4).
   */
  @Operation(name = "$enroll-key", typeName = "Patient")
  public Parameters enrollKey(
      @IdParam IIdType id,
      @OperationParam(name = "custody", max = 1) @Nullable StringType custody,
      @OperationParam(name = "address", max = 1) @Nullable StringType address,
      @OperationParam(name = "signature", max = 1) @Nullable StringType signature,
      @OperationParam(name = "deadline", max = 1) @Nullable DecimalType deadline,
      @OperationParam(name = "publicKey", max = 1) @Nullable StringType publicKey,
      @OperationParam(name = "authenticatorData", max = 1) @Nullable StringType authenticatorData,
      @OperationParam(name = "clientDataJSON", max = 1) @Nullable StringType clientData,
      @OperationParam(name = "confirmation", max = 1) @Nullable StringType confirmation,
      @OperationParam(name = "veto", max = 1) @Nullable BooleanType veto,
      RequestDetails request) {
    PatientId patient = new PatientId(Doors.checked(id));
    doors.require(request, requester -> entitlement.mayEnrol(requester, patient));
    requirePatient(patient);
    boolean inCustody = address == null && publicKey == null;
    // A veto is the bound key's own word; a key in custody has none to give.
    boolean vetoed = !inCustody && veto != null && veto.booleanValue();
    if (!vetoed) {
      apps.require(request);
    }
    if (inCustody) {
      requireServer(custody);
    }
    // What is decided from here on is decided about these keys, and has no effect on others.
    List<SubjectKey> known = enrolment.known(patient);
    Optional<SecondRegistrar.Proposal> proposal =
        Requester.of(request)
            .filter(requester -> entitlement.enrolsAsRegistrar(requester, patient))
            .flatMap(
                registrar ->
                    registrars.mayEnrol(registrar, patient, known, inCustody, text(confirmation)));
    if (proposal.isPresent()) {
      return unconfirmed(proposal.get());
    }
    if (inCustody) {
      return enrolment.inCustody(patient, known);
    }
    Passkeys.Given given = new Passkeys.Given(signature, publicKey, authenticatorData, clientData);
    if (signature == null) {
      return toSign(patient, given, address);
    }
    Address signer = address == null ? passkey(given) : address(address);
    KeyEnrolment.Proof proof = proof(signer, given, deadline);
    return vetoed
        ? enrolment.veto(patient, known, proof)
        : enrolment.ofHolder(patient, known, proof);
  }

  /**
   * The keys of a patient, newest first, for whoever may bind one: a {@code key} each, with {@code
   * address}, {@code kind} (passkey, custody, wallet), {@code current}, {@code since}, and of a
   * passkey {@code signCount}, {@code backupEligible} and {@code backedUp} as it said last (KEY-3).
   */
  @Operation(name = "$keys", typeName = "Patient", idempotent = true)
  public Parameters keys(@IdParam IIdType id, RequestDetails request) {
    PatientId patient = new PatientId(Doors.checked(id));
    doors.require(request, requester -> entitlement.mayEnrol(requester, patient));
    requirePatient(patient);
    Parameters answer = new Parameters();
    uses.of(patient).forEach(key -> describe(key, answer.addParameter().setName("key")));
    return answer;
  }

  private static void describe(BoundKey bound, ParametersParameterComponent key) {
    part(key, "address", new StringType(bound.key().address().hex()));
    part(key, "kind", new CodeType(bound.kind()));
    part(key, "current", new BooleanType(bound.key().isBound()));
    bound.since().ifPresent(at -> part(key, "since", new InstantType(Date.from(at))));
    bound
        .use()
        .ifPresent(
            use -> {
              part(key, "signCount", new DecimalType(use.signCount()));
              part(key, "backupEligible", new BooleanType(use.backupEligible()));
              part(key, "backedUp", new BooleanType(use.backedUp()));
            });
  }

  private static void part(ParametersParameterComponent key, String name, Type value) {
    key.addPart().setName(name).setValue(value);
  }

  private Address passkey(Passkeys.Given given) {
    return passkeys.signer(given.publicKey()).address();
  }

  private Parameters toSign(PatientId patient, Passkeys.Given given, @Nullable StringType address) {
    if (address != null) {
      return enrolment.toSign(patient, address(address));
    }
    Address passkey = passkey(given);
    Parameters answer = enrolment.toSign(patient, passkey);
    answer.addParameter("address", new StringType(passkey.hex()));
    answer.addParameter("relyingParty", new StringType(passkeys.relyingParty()));
    return answer;
  }

  private KeyEnrolment.Proof proof(
      Address address, Passkeys.Given given, @Nullable DecimalType deadline) {
    return new KeyEnrolment.Proof(
        address,
        seconds(deadline),
        passkeys.signature(given).orElseThrow(KeyOperations::noSignature));
  }

  private static Optional<String> text(@Nullable StringType parameter) {
    return Optional.ofNullable(parameter).map(StringType::getValue);
  }

  private static Parameters unconfirmed(SecondRegistrar.Proposal proposal) {
    Parameters answer = new Parameters();
    answer.addParameter("state", new CodeType("unconfirmed"));
    answer.addParameter("confirmation", new StringType(proposal.code()));
    answer.addParameter("until", new InstantType(Date.from(proposal.until())));
    return answer;
  }

  private static InvalidRequestException noSignature() {
    return new InvalidRequestException("signature: want 0x and hex digits");
  }

  private void requirePatient(PatientId patient) {
    try {
      daos.getResourceDao("Patient")
          .read(new IdType("Patient", patient.value()), new SystemRequestDetails());
    } catch (ResourceNotFoundException | ResourceGoneException none) {
      throw Doors.refusal();
    }
  }

  private static void requireServer(@Nullable StringType custody) {
    if (custody == null || !"server".equals(custody.getValueAsString())) {
      throw new InvalidRequestException(
          "want custody = server, or address with signature and deadline");
    }
  }

  private static Address address(StringType text) {
    try {
      return Address.parse(text.getValue());
    } catch (IllegalArgumentException wrong) {
      throw new InvalidRequestException(wrong.getMessage());
    }
  }

  private static long seconds(@Nullable DecimalType deadline) {
    String text = Optional.ofNullable(deadline).map(DecimalType::getValueAsString).orElse("");
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException wrong) {
      throw new InvalidRequestException("deadline: want whole seconds since 1970");
    }
  }
}
