package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.Explanation;
import org.fhiranchor.consent.decide.Explanation.Considered;
import org.fhiranchor.consent.decide.OtherNames;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.identity.ScopeReach;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/**
 * {@code $explain-access}: why somebody may see a resource or may not (DEC-7). For patients about
 * what is theirs, and for compliance; to everybody else there is nothing to explain. Looks at the
 * consents as they are now, and shows nothing of the resource itself.
 */
public final class ExplainAccess {
  private final StoredResources stored;
  private final FactsReader facts;
  private final ScopeReach reach;
  private final ConsentDecider decider;
  private final Function<Set<String>, OtherNames> people;
  private final Unavailable unavailable;
  private final Clock clock;

  ExplainAccess(
      StoredResources stored,
      FactsReader facts,
      ScopeReach reach,
      ConsentDecider decider,
      Function<Set<String>, OtherNames> people,
      Unavailable unavailable,
      Clock clock) {
    this.stored = stored;
    this.facts = facts;
    this.reach = reach;
    this.decider = decider;
    this.people = people;
    this.unavailable = unavailable;
    this.clock = clock;
  }

  /**
   * Explains.
   *
   * @param resource what would be read, {@code Observation/123}
   * @param reader who would read it, {@code Practitioner/7}
   * @param organization on whose behalf
   * @param purpose codes of HL7's PurposeOfUse
   * @param revoked a Consent, to see what its revocation would change
   * @return {@code decision} (permit or refuse), {@code why} (the rule or the reason), {@code
   *     block}, and one {@code patient} for each owner with the consents that were considered; for
   *     a patient, all of it is about that patient alone
   */
  @Operation(name = "$explain-access", idempotent = true)
  public Parameters explain(
      @OperationParam(name = "resource", min = 1, max = 1) @Nullable StringType resource,
      @OperationParam(name = "reader", max = 1) @Nullable StringType reader,
      @OperationParam(name = "organization", max = 1) @Nullable StringType organization,
      @OperationParam(name = "purpose") @Nullable List<CodeType> purpose,
      @OperationParam(name = "revoked", max = 1) @Nullable StringType revoked,
      RequestDetails request) {
    AccessSubject asking = AccessSubject.of(request).orElseThrow(unavailable::exception);
    ResourceFacts read =
        of(text(resource).orElseThrow(ExplainAccess::noResource), asking, request)
            .filter(found -> mayAsk(asking, found))
            .orElseThrow(unavailable::exception);
    AccessRequest question = question(reader, organization, purpose);
    Explanation explanation =
        text(revoked)
            .map(id -> decider.explainIfRevoked(new ConsentResourceId(id), question, read))
            .orElseGet(() -> decider.explain(question, read));
    List<Explanation.ForPatient> told = told(explanation, asking);
    AccessEvent.of(request).ifPresent(event -> event.concerns(request, patients(told)));
    return answer(explanation, asking, told);
  }

  private static Set<PatientId> patients(List<Explanation.ForPatient> told) {
    return told.stream().map(Explanation.ForPatient::patient).collect(Collectors.toSet());
  }

  private static InvalidRequestException noResource() {
    return new InvalidRequestException(
        "resource: want what would be read, such as Observation/123");
  }

  /** Whose it is hears of the question, also where whoever asks reaches none of it. */
  private Optional<ResourceFacts> of(
      String reference, AccessSubject asking, RequestDetails request) {
    String[] parts = reference.split("/", -1);
    Optional<Resource> found =
        parts.length == 2 ? stored.current(parts[0], parts[1]) : Optional.empty();
    Optional<ResourceFacts> read = found.map(facts::read);
    read.ifPresent(
        known ->
            AccessEvent.of(request)
                .ifPresent(event -> event.asksAbout(request, known.everyOwner())));
    return read.filter(known -> isReached(found.orElseThrow(), asking));
  }

  /** Compliance explains what it may not read; a patient's app, what its scopes reach (SIGN-5). */
  private boolean isReached(Resource resource, AccessSubject asking) {
    return reach.isWithin(asking.who(), resource) || asking.who().has(Role.COMPLIANCE);
  }

  private static boolean mayAsk(AccessSubject asking, ResourceFacts resource) {
    return asking.who().has(Role.COMPLIANCE)
        || asking.self().filter(self -> owns(self, resource)).isPresent();
  }

  private static boolean owns(PatientId patient, ResourceFacts resource) {
    return resource.owners().known().contains(patient)
        || resource.parts().stream().anyMatch(part -> owns(patient, part));
  }

  private AccessRequest question(
      @Nullable StringType reader,
      @Nullable StringType organization,
      @Nullable List<CodeType> purposes) {
    Set<String> actors = new LinkedHashSet<>();
    text(reader).ifPresent(actors::add);
    text(organization).ifPresent(actors::add);
    Optional<PatientId> self =
        text(reader).filter(PatientId::isReference).map(PatientId::ofReference);
    List<Purpose> codes =
        Optional.ofNullable(purposes).orElse(List.of()).stream()
            .map(code -> Purpose.of(code.getValue()))
            .toList();
    return AccessRequest.of(
            new org.fhiranchor.consent.decide.RequesterFacts(actors, self, false),
            codes,
            Action.ACCESS,
            clock.instant())
        .alsoKnownAs(people.apply(actors));
  }

  private static Optional<String> text(@Nullable StringType value) {
    return Optional.ofNullable(value)
        .map(StringType::getValue)
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /** Patients are told about themselves alone, the decision included (FOL-5). */
  private static List<Explanation.ForPatient> told(Explanation explanation, AccessSubject asking) {
    boolean all = asking.who().has(Role.COMPLIANCE);
    return explanation.patients().stream()
        .filter(one -> all || isOwn(asking, one.patient()))
        .toList();
  }

  private static Parameters answer(
      Explanation explanation, AccessSubject asking, List<Explanation.ForPatient> told) {
    boolean all = asking.who().has(Role.COMPLIANCE);
    ConsentDecision decision = all ? explanation.decision() : ofAll(told);
    Parameters answer = new Parameters();
    answer.addParameter("decision", new CodeType(word(decision)));
    answer.addParameter("why", new CodeType(why(decision)));
    if (decision instanceof Permit permit) {
      answer.addParameter("block", Long.toString(permit.asOfBlock()));
    }
    told.forEach(one -> patient(answer.addParameter().setName("patient"), one));
    return answer;
  }

  /** What these decisions come to: a refusal when there is one. */
  private static ConsentDecision ofAll(List<Explanation.ForPatient> told) {
    return told.stream()
        .map(Explanation.ForPatient::decision)
        .reduce((one, next) -> one.permitted() ? next : one)
        .orElseGet(() -> new Refuse(Reason.NO_CONSENT));
  }

  private static boolean isOwn(AccessSubject asking, PatientId patient) {
    return asking.self().filter(patient::equals).isPresent();
  }

  private static void patient(ParametersParameterComponent to, Explanation.ForPatient one) {
    part(to, "reference").setValue(new Reference(one.patient().reference()));
    part(to, "resource").setValue(new StringType(one.resource()));
    part(to, "decision").setValue(new CodeType(word(one.decision())));
    part(to, "why").setValue(new CodeType(why(one.decision())));
    one.considered().forEach(consent -> consent(part(to, "consent"), consent));
  }

  private static void consent(ParametersParameterComponent to, Considered consent) {
    part(to, "reference").setValue(new Reference("Consent/" + consent.consent().value()));
    part(to, "effect")
        .setValue(new CodeType(consent.effect().name().toLowerCase(java.util.Locale.ROOT)));
    consent.reason().ifPresent(reason -> part(to, "why").setValue(new CodeType(reason.name())));
    consent.decidedBy().ifPresent(path -> part(to, "decidedBy").setValue(new StringType(path)));
    consent.ignored().forEach(text -> part(to, "notUnderstood").setValue(new StringType(text)));
  }

  private static ParametersParameterComponent part(ParametersParameterComponent of, String name) {
    return of.addPart().setName(name);
  }

  private static String word(ConsentDecision decision) {
    return decision.permitted() ? "permit" : "refuse";
  }

  private static String why(ConsentDecision decision) {
    return decision instanceof Refuse refuse
        ? refuse.reason().name()
        : ((Permit) decision).rule().name();
  }
}
