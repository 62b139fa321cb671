package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Locale;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading, changing and creating are each decided with their own action. */
final class ActionsOfWritesTest {
  private static final String DOCTOR = "acting";

  private final GatedServer server = GatedServer.shared();
  private final String doctor = server.tokens().practitioner(DOCTOR, "TREAT");

  private static String action(String code) {
    return "\"action\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/consentaction\",\"code\":\"%s\"}]}],"
        .formatted(code);
  }

  private void record(String patient, String more) {
    server.patient(patient);
    server.observation("o-" + patient, patient);
    server.consent("c-" + patient, patient, DOCTOR, "TREAT", more);
    await().atMost(120, SECONDS).until(() -> read(patient) == 200);
  }

  private void deny(String patient, String code) {
    deny(patient, code, "");
  }

  private void deny(String patient, String code, String more) {
    String id = "n-" + patient + "-" + code;
    server.load(
        "Consent/" + id,
        GatedServer.consentJson(id, patient, DOCTOR, "TREAT")
            .replace("{\"type\":\"permit\",", "{\"type\":\"deny\"," + action(code) + more));
    ConsentIndex index = server.server().bean(ConsentIndex.class);
    await().atMost(120, SECONDS).until(() -> index.find(new ConsentResourceId(id)).isPresent());
  }

  private int read(String patient) {
    return server.get(doctor, "Observation/o-" + patient).statusCode();
  }

  private int change(String patient, String text) {
    return server
        .ask(doctor, "PUT", "Observation/o-" + patient, observation("o-" + patient, patient, text))
        .statusCode();
  }

  private int create(String patient) {
    return server.ask(doctor, "POST", "Observation", observation("x", patient, "n")).statusCode();
  }

  private static String observation(String id, String patient, String text) {
    return GatedServer.observationOf(
        id,
        "\"subject\":{\"reference\":\"Patient/%s\"},\"note\":[{\"text\":\"%s\"}]"
            .formatted(patient, text));
  }

  @Test
  @DisplayName("DEC-4 a permit without action lets read, change and create, until each is denied")
  void deniesByAction() {
    record("act-all", "");
    assertThat(change("act-all", "a")).isEqualTo(200);
    assertThat(create("act-all")).isEqualTo(201);
    deny("act-all", "correct");
    assertThat(change("act-all", "b")).isEqualTo(403);
    assertThat(create("act-all")).isEqualTo(201);
    deny("act-all", "collect");
    assertThat(create("act-all")).isEqualTo(403);
    assertThat(read("act-all")).isEqualTo(200);
    deny("act-all", "disclose");
    assertThat(read("act-all")).isEqualTo(403);
  }

  @Test
  @DisplayName("DEC-4 a permit of access alone lets read, and neither change nor create")
  void permitsByAction() {
    record("act-read", action("access"));
    assertThat(change("act-read", "a")).isEqualTo(403);
    assertThat(create("act-read")).isEqualTo(403);
  }

  private static String put(String url, String body) {
    return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"%s\"}}]}"
        .formatted(body, url);
  }

  /** The same move in each form that a write has. */
  private int moved(String form, String from, String to) {
    String url = "Observation/o-" + from;
    String body = observation("o-" + from, to, "moved");
    return switch (form) {
      case "PUT" -> server.ask(doctor, "PUT", url, body).statusCode();
      case "transaction" -> server.ask(doctor, "POST", "", put(url, body)).statusCode();
      default ->
          server
              .ask(
                  doctor,
                  "PATCH",
                  url,
                  "[{\"op\":\"replace\",\"path\":\"/subject/reference\",\"value\":\"Patient/%s\"}]"
                      .formatted(to))
              .statusCode();
    };
  }

  @ParameterizedTest
  @DisplayName("W-6 nothing is moved to a patient who lets its writer collect nothing")
  @ValueSource(strings = {"PUT", "PATCH", "transaction"})
  void moves(String form) {
    String from = "act-from-" + form.toLowerCase(Locale.ROOT);
    String to = "act-to-" + form.toLowerCase(Locale.ROOT);
    record(from, "");
    record(to, action("access"));
    assertThat(moved(form, from, to)).isEqualTo(403);
    assertThat(server.get(doctor, "Observation/o-" + from).body()).contains("Patient/" + from);
    record(to + "-denies", "");
    deny(to + "-denies", "collect");
    assertThat(moved(form, from, to + "-denies")).isEqualTo(403);
    record(to + "-all", "");
    assertThat(moved(form, from, to + "-all")).isEqualTo(200);
  }

  private int visiting(String patient) {
    String encounter = "v-" + patient;
    server.load(
        "Encounter/" + encounter,
        "{\"resourceType\":\"Encounter\",\"id\":\"%s\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/%s\"}}"
            .formatted(encounter, patient));
    String body =
        GatedServer.observationOf(
            "x", "\"encounter\":{\"reference\":\"Encounter/%s\"}".formatted(encounter));
    return server.ask(doctor, "POST", "Observation", body).statusCode();
  }

  @Test
  @DisplayName("W-6 OWN-1 what is new is collected of the patient of the encounter that it names")
  void createsByReference() {
    record("act-visits", action("access"));
    assertThat(visiting("act-visits")).isEqualTo(403);
    record("act-visits-all", "");
    assertThat(visiting("act-visits-all")).isEqualTo(201);
    deny("act-visits-all", "collect");
    assertThat(visiting("act-visits-all")).isEqualTo(403);
  }

  /** Both new, and the first one belongs to whom the second one belongs. */
  private int visitingAnew(String patient) {
    String body =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
        {"fullUrl":"urn:uuid:9d2ff1d6-6f4c-4d08-9d0c-5f5d1e0c0a01","resource":{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/%s"}},"request":{"method":"POST","url":"Encounter"}},
        {"resource":%s,"request":{"method":"POST","url":"Observation"}}]}\
        """
            .formatted(
                patient,
                GatedServer.observationOf(
                    "x",
                    "\"encounter\":{\"reference\":\"urn:uuid:9d2ff1d6-6f4c-4d08-9d0c-5f5d1e0c0a01\"}"));
    return server.ask(doctor, "POST", "", body).statusCode();
  }

  @Test
  @DisplayName("W-6 what a transaction creates may be of the encounter that it creates with it")
  void createsByReferenceToWhatIsNew() {
    record("act-anew", "");
    assertThat(visitingAnew("act-anew")).isEqualTo(200);
    deny(
        "act-anew",
        "collect",
        "\"class\":[{\"system\":\"http://hl7.org/fhir/resource-types\",\"code\":\"Observation\"}],");
    assertThat(visitingAnew("act-anew")).isEqualTo(403);
  }
}
