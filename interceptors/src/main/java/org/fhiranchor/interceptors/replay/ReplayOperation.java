package org.fhiranchor.interceptors.replay;

import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.Locale;
import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.Effect;
import org.fhiranchor.consent.decide.Explanation;
import org.fhiranchor.consent.decide.Explanation.Considered;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.disclosure.JournaledAuditEvents;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/**
 * {@code $replay}: whether a decision of the journal comes out the same on the consents of then
 * (EXP-4). For compliance alone. Shows nothing of what was decided about; asking is a record
 * itself.
 */
public final class ReplayOperation {
  private static final String EVENT = "AuditEvent/";

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
    if (AccessSubject.of(request).filter(asking -> asking.who().has(Role.COMPLIANCE)).isEmpty()) {
      throw unavailable.exception();
    }
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

  private static Parameters answer(String id, Replay replay) {
    Parameters answer = new Parameters();
    answer.addParameter().setName("record").setValue(new Reference(EVENT + id));
    answer.addParameter("result", new CodeType(result(replay)));
    replay.same().ifPresent(same -> answer.addParameter("same", new BooleanType(same)));
    replay.reasons().stream()
        .map(ReplayReason::name)
        .sorted()
        .forEach(reason -> answer.addParameter("reason", new CodeType(reason)));
    replay.then().ifPresent(then -> then(answer.addParameter().setName("then"), then));
    replay.again().forEach(again -> again(answer.addParameter().setName("again"), again));
    return answer;
  }

  private static String result(Replay replay) {
    return replay.same().map(same -> same ? "same" : "different").orElse("undecided");
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
