package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Every write is a question too: what HAPI resolves, matches or compares while it stores answers
 * alike for a hidden record and for one that never was, and nothing reaches into a stranger's
 * record. A doctor may see one patient's record ({@code mine}), and nobody another's ({@code
 * hers}).
 */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
abstract class WritesAsQuestions {
  static final String HIDDEN = "not available: it does not exist";

  /** Hidden, or refused whatever is stored (ANS-1). */
  static final String REFUSED = HIDDEN + "|for back-end services";

  final GatedServer server = GatedServer.shared();
  private final String prefix;
  String doctor;
  String registrar;
  String operator;

  /** With ids that begin like this, of this class alone. */
  WritesAsQuestions(String prefix) {
    this.prefix = prefix;
  }

  @BeforeAll
  void seedBoth() {
    server.patient(id("mine"));
    server.patient(id("hers"));
    server.observation(id("o-mine"), id("mine"));
    server.observation(id("o-hers"), id("hers"));
    server.consent(id("consent"), id("mine"), id("doctor"), "TREAT");
    server.load(
        "Organization/" + id("org"),
        "{\"resourceType\":\"Organization\",\"id\":\"%s\",\"name\":\"Plain\"}"
            .formatted(id("org")));
    server.load("Organization/" + id("secret"), organization(id("secret"), id("hers")));
    server.load(
        "Patient/" + id("more"),
        "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"More\"}],\"extension\":[{\"url\":\"urn:x\",\"valueString\":\"hidden\"}]}"
            .formatted(id("more")));
    doctor = server.tokens().practitioner(id("doctor"), "TREAT");
    registrar = server.tokens().of(DemoRole.REGISTRAR);
    operator = server.tokens().of(DemoRole.OPERATOR);
  }

  private String id(String of) {
    return prefix + "-" + of;
  }

  private static String organization(String id, String patient) {
    return "{\"resourceType\":\"Organization\",\"id\":\"%s\",\"name\":\"Secret\",\"identifier\":[{\"value\":\"%s\"}],\"extension\":[{\"url\":\"urn:of\",\"valueReference\":{\"reference\":\"Patient/%s\"}}]}"
        .formatted(id, id, patient);
  }

  static String observation(String reference) {
    return "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"wq\"},\"subject\":{\"reference\":\"%s\"}}"
        .formatted(reference);
  }

  static String transaction(String... entries) {
    return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[%s]}"
        .formatted(String.join(",", entries));
  }

  static String entry(String method, String url, String resource, String more) {
    return "{\"resource\":%s,\"request\":{\"method\":\"%s\",\"url\":\"%s\"%s}}"
        .formatted(resource, method, url, more);
  }

  /** Status, body and headers but for the clock. */
  static String face(HttpResponse<String> answer) {
    return answer.statusCode()
        + " "
        + answer.headers().map().keySet()
        + " "
        + answer
            .body()
            .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "uuid")
            .replaceAll("\"lastUpdated\":\\s*\"[^\"]*\"", "at");
  }

  void alike(HttpResponse<String> hidden, HttpResponse<String> missing) {
    assertThat(face(hidden)).isEqualTo(face(missing));
    assertThat(hidden.statusCode()).as(hidden.body()).isEqualTo(403);
    assertThat(hidden.body()).containsPattern(REFUSED);
  }

  private String hers() {
    String hers = id("hers");
    return server.get(server.tokens().patient(hers), "Observation?patient=" + hers).body();
  }

  void nothingReachedHer() {
    assertThat(hers()).contains(id("o-hers")).doesNotContain("\"text\":\"wq\"");
    assertThat(hers()).contains("\"total\":1");
  }

  static String fhirPath(String path, String reference) {
    String type = path.equals("subject") ? "replace" : "add";
    String at = path.equals("subject") ? "Observation.subject" : "Observation";
    String name = path.equals("subject") ? "" : "{\"name\":\"name\",\"valueCode\":\"performer\"},";
    return "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":[{\"name\":\"type\",\"valueCode\":\"%s\"},{\"name\":\"path\",\"valueString\":\"%s\"},%s{\"name\":\"value\",\"valueReference\":{\"reference\":\"%s\"}}]}]}"
        .formatted(type, at, name, reference);
  }

  String mixedFor(String type) {
    return server
        .tokens()
        .of("Practitioner/" + id("doctor"), "", "system/" + type + ".cruds user/*.rs", "TREAT");
  }
}
