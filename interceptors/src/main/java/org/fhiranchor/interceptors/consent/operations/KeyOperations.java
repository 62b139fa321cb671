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
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.ledger.Address;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/** {@code Patient/[id]/$enroll-key} (CG-4). */
public final class KeyOperations {
  private final DaoRegistry daos;
  private final Entitlement entitlement;
  private final KeyEnrolment enrolment;
  private final RegistrarLimits registrars;
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
      boolean open) {
    this.daos = daos;
    this.entitlement = entitlement;
    this.enrolment = enrolment;
    this.registrars = registrars;
    this.doors = new Doors(open);
  }

  /**
   * Binds a key: a new one of the server's with {@code custody} = {@code server}; one's own with
   * {@code address}, {@code signature} and {@code deadline}. With an address alone, answers the
   * {@code typedData} to sign and its {@code deadline}. A registrar who would replace the patient's
   * own key is given a {@code confirmation}, with which a second one asks again (WHO-6).
   */
  @Operation(name = "$enroll-key", typeName = "Patient")
  public Parameters enrollKey(
      @IdParam IIdType id,
      @OperationParam(name = "custody", max = 1) @Nullable StringType custody,
      @OperationParam(name = "address", max = 1) @Nullable StringType address,
      @OperationParam(name = "signature", max = 1) @Nullable StringType signature,
      @OperationParam(name = "deadline", max = 1) @Nullable DecimalType deadline,
      @OperationParam(name = "confirmation", max = 1) @Nullable StringType confirmation,
      RequestDetails request) {
    PatientId patient = new PatientId(Doors.checked(id));
    doors.require(request, requester -> entitlement.mayEnrol(requester, patient));
    requirePatient(patient);
    if (address == null) {
      requireServer(custody);
    }
    Optional<SecondRegistrar.Proposal> proposal =
        Requester.of(request)
            .filter(requester -> entitlement.enrolsAsRegistrar(requester, patient))
            .flatMap(
                registrar ->
                    registrars.mayEnrol(registrar, patient, address == null, text(confirmation)));
    if (proposal.isPresent()) {
      return unconfirmed(proposal.get());
    }
    if (address == null) {
      return enrolment.inCustody(patient);
    }
    if (signature == null) {
      return enrolment.toSign(patient, address(address));
    }
    return enrolment.ofHolder(
        patient,
        new KeyEnrolment.Proof(
            address(address),
            seconds(deadline),
            ConsentOperations.hex(signature).orElseThrow(KeyOperations::noSignature)));
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
