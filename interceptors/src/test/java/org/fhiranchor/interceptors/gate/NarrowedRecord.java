package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.net.http.HttpResponse;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;

/**
 * A patient's laboratory values and vital signs, and tokens that reach the former alone. All of it
 * may be seen by the doctor, as far as consents go: only scopes hide anything here.
 */
final class NarrowedRecord {
  static final String CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category";
  static final String LABORATORY = "?category=" + CATEGORIES + "|laboratory";
  static final String VITAL_SIGNS = "?category=" + CATEGORIES + "|vital-signs";

  final GatedServer server;
  final String patient;
  final String doctor;

  /** Another record under this name. */
  NarrowedRecord(GatedServer server, String name) {
    this.server = server;
    this.patient = name + "-patient";
    this.doctor = name + "-doctor";
    server.patient(patient);
    server.consent(name + "-consent", patient, doctor, "TREAT");
  }

  /** Stores an Observation of one category; its id is its identifier too. */
  void observation(String id, String category, String more) {
    server.load("Observation/" + id, json(id, category, more));
  }

  String json(String id, String category, String more) {
    return GatedServer.observationOf(
        id,
        ("\"subject\":{\"reference\":\"Patient/%s\"},\"identifier\":[{\"value\":\"%s\"}],"
                + "\"category\":[{\"coding\":[{\"system\":\"%s\",\"code\":\"%s\"}]}]%s")
            .formatted(patient, id, CATEGORIES, category, more));
  }

  /** As a client sends it that lets the server choose the id. */
  String withoutId(String category) {
    return json("x", category, "").replace("\"id\":\"x\",", "");
  }

  /** The doctor with these scopes. */
  String token(String scopes) {
    return server.tokens().of("Practitioner/" + doctor, "", scopes, "TREAT");
  }

  /** A back-end service with these scopes. */
  String service(String scopes) {
    return server.tokens().of("Device/" + doctor, "", scopes, "TREAT");
  }

  /** What is there and may not be seen is answered as what is not there. */
  void assertAlike(String token, String method, String hidden, String missing, String body) {
    HttpResponse<String> of = server.ask(token, method, hidden, body);
    HttpResponse<String> none = server.ask(token, method, missing, body);
    assertThat(of.statusCode()).as("%s %s: %s", method, hidden, of.body()).isIn(403, 404);
    assertThat(of.statusCode()).as(method + " " + missing).isEqualTo(none.statusCode());
    assertThat(of.body()).as(method + " " + hidden).isEqualTo(none.body());
    assertThat(of.headers().firstValue("WWW-Authenticate"))
        .isEqualTo(none.headers().firstValue("WWW-Authenticate"));
  }

  List<String> ids(String token, String search) {
    return bundle(server.get(token, search)).getEntry().stream()
        .map(entry -> entry.getResource().getIdElement().toUnqualifiedVersionless().getValue())
        .toList();
  }

  static Bundle bundle(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }
}
