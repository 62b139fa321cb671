package org.fhiranchor.interceptors.replay;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.Effect;
import org.fhiranchor.consent.decide.Explanation;
import org.fhiranchor.consent.decide.Explanation.Considered;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.disclosure.AuditEventSearch;
import org.fhiranchor.interceptors.disclosure.JournaledAuditEvents;
import org.fhiranchor.interceptors.gate.AccountingTime;
import org.fhiranchor.interceptors.gate.OperationParameters;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/**
 * {@code $replay}: whether a decision of the journal comes out the same on the consents of then
 * (EXP-4). For compliance alone. Shows nothing of what was decided about; asking is a record
 * itself.
 */
public final class ReplayOperation {
  /** Most records of one page. */
  static final int MOST = 1_000;

  static final String EVENT = "AuditEvent/";
  private static final int USUAL = 100;
  private static final String AFTER = AuditEventSearch.AFTER;

  private static final Set<String> KNOWN =
      Set.of("_count", "_format", "_pretty", "_zone", "end", "start", AFTER);

  private final JournaledAuditEvents journal;
  private final DecisionReplay replay;
  private final Unavailable unavailable;

  /**
   * The operation over this journal.
   *
   * @param refusalStatus 403 or 404
   */
  public ReplayOperation(JournaledAuditEvents journal, DecisionReplay replay, int refusalStatus) {
    this.journal = journal;
    this.replay = replay;
    this.unavailable = new Unavailable(refusalStatus);
  }

  /**
   * Decides again.
   *
   * @param record an AuditEvent of the journal, {@code AuditEvent/disclosure-…}
   * @return {@code record}; {@code result} (same, different or undecided) and, where it is decided,
   *     {@code same}; a {@code reason} for each thing that differs or is not known; what the record
   *     says ({@code then}), and what it comes to again ({@code again}), each with decision, why
   *     and consents
   */
  @Operation(name = "$replay", idempotent = true)
  public Parameters replay(
      @OperationParam(name = "record", min = 1, max = 1) @Nullable StringType record,
      RequestDetails request) {
    requireCompliance(request);
    String named =
        Optional.ofNullable(record)
            .map(StringType::getValue)
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "record: want an AuditEvent of the journal, AuditEvent/disclosure-…"));
    String id = named.startsWith(EVENT) ? named.substring(EVENT.length()) : named;
    Replay replayed = journal.record(id).map(replay::of).orElseThrow(unavailable::exception);
    AccessEvent.of(request).ifPresent(event -> event.concerns(request, replayed.patients()));
    return answer(id, replayed);
  }

  /**
   * Decides all of a patient's records again, page by page, the newest first. {@code start} and
   * {@code end} bound the time, {@code _count} the page, {@code _after} is the {@code next} of the
   * page before.
   *
   * @return {@code patient}; {@code total} of the time asked for; how many of this page are {@code
   *     same}, {@code different} and {@code undecided}; each {@code record} with its {@code event},
   *     {@code recorded}, {@code result} and {@code reason}s; {@code next} where there are more
   */
  @Operation(name = "$replay", type = Patient.class, idempotent = true)
  public Parameters replayAll(@IdParam IIdType id, RequestDetails request) {
    requireCompliance(request);
    PatientId patient =
        Optional.of(id.getIdPart())
            .filter(PatientId::isValid)
            .map(PatientId::new)
            .orElseThrow(unavailable::exception);
    OperationParameters asked = OperationParameters.of(request);
    asked.requireKnown(KNOWN);
    JournaledAuditEvents.Kept page =
        journal.records(
            patient,
            AccountingTime.within(asked),
            asked.only(AFTER),
            asked.number("_count", USUAL, 1, MOST));
    List<Replay> replayed = replay.of(page.records());
    Set<PatientId> concerned = new HashSet<>(Set.of(patient));
    replayed.forEach(one -> concerned.addAll(one.patients()));
    AccessEvent.of(request).ifPresent(event -> event.concerns(request, concerned));
    return ReplaySummary.of(patient, page, replayed);
  }

  private void requireCompliance(RequestDetails request) {
    if (AccessSubject.of(request).filter(asking -> asking.who().has(Role.COMPLIANCE)).isEmpty()) {
      throw unavailable.exception();
    }
  }

  private static Parameters answer(String id, Replay replay) {
    Parameters answer = new Parameters();
    answer.addParameter().setName("record").setValue(new Reference(EVENT + id));
    answer.addParameter("result", new CodeType(replay.result()));
    replay.same().ifPresent(same -> answer.addParameter("same", new BooleanType(same)));
    replay.reasonNames().forEach(one -> answer.addParameter("reason", new CodeType(one)));
    replay.then().ifPresent(then -> then(answer.addParameter().setName("then"), then));
    replay.again().forEach(again -> again(answer.addParameter().setName("again"), again));
    return answer;
  }

  private static void then(ParametersParameterComponent to, RecordedDecision then) {
    RecordedDecision.Outcome outcome = then.outcome();
    part(to, "recorded").setValue(new InstantType(then.at().toString()));
    part(to, "decision").setValue(decision(outcome.permitted()));
    outcome.why().ifPresent(why -> part(to, "why").setValue(new CodeType(why)));
    outcome.consents().stream()
        .sorted()
        .forEach(consent -> part(to, "consent").setValue(new Reference(consent)));
    then.epoch()
        .ifPresent(
            epoch -> {
              String block = Long.toString(then.block(epoch));
              part(to, "block").setValue(new StringType(block));
            });
  }

  /** One for each resource, without its name: the record has it. */
  private static void again(ParametersParameterComponent to, Explanation again) {
    part(to, "decision").setValue(decision(again.decision().permitted()));
    part(to, "why").setValue(new CodeType(why(again.decision())));
    again.patients().stream()
        .flatMap(patient -> patient.considered().stream())
        .forEach(consent -> consent(part(to, "consent"), consent));
  }

  private static void consent(ParametersParameterComponent to, Considered consent) {
    part(to, "reference").setValue(new Reference("Consent/" + consent.consent().value()));
    part(to, "effect").setValue(new CodeType(word(consent.effect())));
    consent.reason().ifPresent(reason -> part(to, "why").setValue(new CodeType(reason.name())));
  }

  private static String word(Effect effect) {
    return effect.name().toLowerCase(Locale.ROOT);
  }

  private static CodeType decision(boolean permitted) {
    return new CodeType(permitted ? "permit" : "refuse");
  }

  private static String why(ConsentDecision decision) {
    return decision instanceof Refuse refuse
        ? refuse.reason().name()
        : ((Permit) decision).rule().name();
  }

  private static ParametersParameterComponent part(ParametersParameterComponent of, String name) {
    return of.addPart().setName(name);
  }
}
