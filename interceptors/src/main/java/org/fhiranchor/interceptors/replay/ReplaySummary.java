package org.fhiranchor.interceptors.replay;

import java.time.Instant;
import java.util.List;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournaledAuditEvents;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/** What the replays of a page of records came to, in short: {@code $replay} of each says more. */
final class ReplaySummary {
  private static final List<String> RESULTS = List.of("same", "different", "undecided");

  private ReplaySummary() {}

  /**
   * The answer.
   *
   * @param replayed one for each record of the page
   */
  static Parameters of(PatientId patient, JournaledAuditEvents.Kept page, List<Replay> replayed) {
    Parameters answer = new Parameters();
    answer.addParameter().setName("patient").setValue(new Reference(patient.reference()));
    answer.addParameter("total", new DecimalType(page.total()));
    for (String result : RESULTS) {
      long count = replayed.stream().map(Replay::result).filter(result::equals).count();
      answer.addParameter(result, new IntegerType(Math.toIntExact(count)));
    }
    for (int i = 0; i < replayed.size(); i++) {
      add(answer.addParameter().setName("record"), page.records().get(i), replayed.get(i));
    }
    page.next().ifPresent(next -> answer.addParameter("next", new StringType(next)));
    return answer;
  }

  private static void add(
      ParametersParameterComponent to, DisclosureStore.Kept record, Replay replay) {
    String event = ReplayOperation.EVENT + JournaledAuditEvents.id(record);
    to.addPart().setName("event").setValue(new Reference(event));
    String recorded = Instant.ofEpochMilli(record.recordedMillis()).toString();
    to.addPart().setName("recorded").setValue(new InstantType(recorded));
    to.addPart().setName("result").setValue(new CodeType(replay.result()));
    replay
        .reasonNames()
        .forEach(reason -> to.addPart().setName("reason").setValue(new CodeType(reason)));
  }
}
