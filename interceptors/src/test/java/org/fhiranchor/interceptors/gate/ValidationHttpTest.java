package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** $validate looks up what it compares with in nobody's name: in what is everybody's alone (G7). */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class ValidationHttpTest {
  private static final String OF_PATIENT =
      ",\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Patient/valid\"}}]";
  private static final String OF_ORGANIZATION =
      ",\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Organization/valid\"}}]";

  private final GatedServer server = GatedServer.shared();
  private String doctor;

  @BeforeAll
  void seed() {
    server.patient("valid");
    server.load(
        "Organization/valid",
        "{\"resourceType\":\"Organization\",\"id\":\"valid\",\"name\":\"V\"%s}"
            .formatted(OF_PATIENT));
    doctor = server.tokens().practitioner("valid-doctor", "TREAT");
  }

  private void questionnaire(String id, String url, String question, String more) {
    server.load(
        "Questionnaire/" + id,
        "{\"resourceType\":\"Questionnaire\",\"id\":\"%s\",\"url\":\"http://x.example/%s\",\"version\":\"1\",\"status\":\"active\",\"item\":[{\"linkId\":\"%s\",\"text\":\"since when?\",\"type\":\"string\",\"required\":true}]%s}"
            .formatted(id, url, question, more));
  }

  private String answersTo(String questionnaire) {
    HttpResponse<String> answer =
        server.ask(
            doctor,
            "POST",
            "QuestionnaireResponse/$validate",
            "{\"resourceType\":\"QuestionnaireResponse\",\"questionnaire\":\"%s\",\"status\":\"completed\",\"item\":[{\"linkId\":\"foo\",\"answer\":[{\"valueString\":\"x\"}]}]}"
                .formatted(questionnaire));
    return (answer.statusCode() + answer.body()).replace(questionnaire, "it");
  }

  @Test
  @DisplayName("G7 $validate answers from a hidden Questionnaire as if there were none")
  void hiddenQuestionnaires() {
    questionnaire("valid-hid", "valid-hid", "secret", OF_PATIENT);
    questionnaire("valid-rel", "valid-rel", "secret", OF_ORGANIZATION);
    questionnaire("valid-opn", "valid-opn", "asked", "");
    for (String form :
        List.of("http://x.example/%s", "http://x.example/%s|1", "Questionnaire/%s")) {
      String missing = answersTo(form.formatted("valid-non"));
      assertThat(answersTo(form.formatted("valid-hid")))
          .isEqualTo(missing)
          .doesNotContain("secret");
      assertThat(answersTo(form.formatted("valid-rel"))).isEqualTo(missing);
      assertThat(answersTo(form.formatted("valid-opn"))).contains("asked");
    }
  }

  @Test
  @DisplayName("G7 a hidden Questionnaire does not stand before an open one of the same URL")
  void sameUrl() {
    questionnaire("valid-first", "valid-same", "asked", "");
    questionnaire("valid-second", "valid-same", "secret", OF_PATIENT);
    for (String version : List.of("", "|1")) {
      assertThat(answersTo("http://x.example/valid-same" + version))
          .contains("asked")
          .doesNotContain("secret");
    }
  }

  @Test
  @DisplayName("G7 $validate answers from a hidden Measure as if there were none")
  void hiddenMeasures() {
    server.load(
        "Measure/valid-hid",
        "{\"resourceType\":\"Measure\",\"id\":\"valid-hid\",\"url\":\"http://x.example/valid-hid\",\"status\":\"active\",\"group\":[{\"code\":{\"coding\":[{\"system\":\"http://x\",\"code\":\"secret\"}]}}]%s}"
            .formatted(OF_PATIENT));
    for (String form : List.of("http://x.example/%s", "Measure/%s")) {
      String hidden = report(form.formatted("valid-hid"));
      assertThat(hidden).isEqualTo(report(form.formatted("valid-non"))).doesNotContain("secret");
    }
  }

  private String report(String measure) {
    HttpResponse<String> answer =
        server.ask(
            doctor,
            "POST",
            "MeasureReport/$validate",
            "{\"resourceType\":\"MeasureReport\",\"status\":\"complete\",\"type\":\"summary\",\"measure\":\"%s\",\"period\":{\"start\":\"2024-01-01\",\"end\":\"2024-02-01\"},\"group\":[{\"code\":{\"coding\":[{\"system\":\"http://x\",\"code\":\"foo\"}]}}]}"
                .formatted(measure));
    return (answer.statusCode() + answer.body()).replace(measure, "it");
  }

  @Test
  @DisplayName("G7 $validate follows no reference to a hidden record, whatever the profile asks")
  void referencesThatProfilesFollow() {
    String ldl =
        "{\"resourceType\":\"Observation\",\"id\":\"valid-hid\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"2085-9\",\"display\":\"HDL"
            + " Cholesterol\"}]},\"subject\":{\"reference\":\"Patient/valid\"}}";
    server.load("Observation/valid-hid", ldl);
    String service =
        server.tokens().of("Device/valid", "", "anchor/operator system/*.cruds", "TREAT");
    HttpResponse<String> profile =
        server.ask(
            service,
            "PUT",
            "StructureDefinition/valid-profile",
            "{\"resourceType\":\"StructureDefinition\",\"id\":\"valid-profile\",\"url\":\"http://x.example/valid-profile\",\"name\":\"V\",\"status\":\"active\",\"kind\":\"resource\",\"abstract\":false,\"type\":\"DiagnosticReport\",\"baseDefinition\":\"http://hl7.org/fhir/StructureDefinition/DiagnosticReport\",\"derivation\":\"constraint\",\"differential\":{\"element\":[{\"id\":\"DiagnosticReport\",\"path\":\"DiagnosticReport\",\"constraint\":[{\"key\":\"v-1\",\"severity\":\"error\",\"human\":\"resolved\",\"expression\":\"result.resolve().exists()\"}]}]}}");
    assertThat(profile.statusCode()).as(profile.body()).isEqualTo(201);
    assertThat(profiled("Observation/valid-hid"))
        .contains("v-1")
        .isEqualTo(profiled("Observation/valid-non"));
  }

  private String profiled(String result) {
    HttpResponse<String> answer =
        server.ask(
            doctor,
            "POST",
            "DiagnosticReport/$validate",
            "{\"resourceType\":\"DiagnosticReport\",\"meta\":{\"profile\":[\"http://x.example/valid-profile\"]},\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"57698-3\"}]},\"result\":[{\"reference\":\"%s\"},{\"reference\":\"%s\"}]}"
                .formatted(result, result));
    return (answer.statusCode() + answer.body()).replace(result, "it");
  }
}
