package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.net.http.HttpResponse;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;

/** Patients with records under 42 CFR part 2 on the shared server, and one who may read some. */
final class PartTwoWorld {
  static final String NOTICE =
      "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";
  static final String ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
  static final String LABEL = label(ACT, "42CFRPart2");
  static final String GROUND =
      "Consent/c-p2 permits Practitioner/p2-reader; for treatment (TREAT); until it is revoked."
          + " What it excepts is not told here.";

  final GatedServer server = GatedServer.shared();
  final String reader = server.tokens().practitioner("p2-reader", "TREAT");
  final String stranger = server.tokens().practitioner("p2-stranger", "TREAT");

  private PartTwoWorld() {
    for (String patient : List.of("p2", "p2-other", "p2-hidden")) {
      server.patient(patient);
      labelled(patient + "-sud", patient, LABEL);
      server.observation(patient + "-plain", patient);
    }
    // What is denied is no business of the recipient.
    server.consent(
        "c-p2",
        "p2",
        "p2-reader",
        "TREAT",
        "\"provision\":[{\"type\":\"deny\",\"securityLabel\":[{\"system\":\""
            + ACT
            + "\",\"code\":\"HIV\"}]}],");
    server.consent("c-p2-other", "p2-other", "p2-reader", "TREAT");
  }

  /** The one that test classes share. */
  static PartTwoWorld shared() {
    return Shared.WORLD;
  }

  private static final class Shared {
    static final PartTwoWorld WORLD = new PartTwoWorld();
  }

  static String label(String system, String code) {
    return "\"meta\":{\"security\":[{\"system\":\"" + system + "\",\"code\":\"" + code + "\"}]}";
  }

  void labelled(String id, String patient, String label) {
    server.load(
        "Observation/" + id,
        GatedServer.observationOf(
            id, label + ",\"subject\":{\"reference\":\"Patient/" + patient + "\"}"));
  }

  HttpResponse<String> read(String path, String... headers) {
    HttpResponse<String> answer = server.ask(reader, "GET", path, "", headers);
    assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
    return answer;
  }

  static void assertNotice(HttpResponse<String> answer, String... grounds) {
    assertThat(answer.headers().allValues("Part2-Notice")).containsExactly(NOTICE);
    assertThat(answer.headers().allValues("Part2-Ground")).containsExactlyInAnyOrder(grounds);
  }

  static void assertNothing(HttpResponse<String> answer) {
    assertThat(answer.headers().map().keySet())
        .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("part2"));
    assertThat(answer.body()).doesNotContain("CFR part 2");
  }

  static Bundle bundle(HttpResponse<String> answer) {
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }

  static List<BundleEntryComponent> outcomes(Bundle bundle) {
    return bundle.getEntry().stream()
        .filter(entry -> entry.getSearch().getMode() == SearchEntryMode.OUTCOME)
        .toList();
  }

  static void assertTells(Resource outcome, String... grounds) {
    List<OperationOutcome.OperationOutcomeIssueComponent> issues =
        ((OperationOutcome) outcome).getIssue();
    assertThat(issues.get(0).getDetails().getText()).isEqualTo(NOTICE);
    assertThat(issues.get(0).getDetails().getCodingFirstRep().getCode()).isEqualTo("42CFRPart2");
    assertThat(issues.stream().skip(1).map(one -> one.getDiagnostics()))
        .containsExactlyInAnyOrder(grounds);
    assertThat(issues).allMatch(one -> one.getSeverity().toCode().equals("information"));
  }
}
