package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

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
    String id = "n-" + patient + "-" + code;
    server.load(
        "Consent/" + id,
        GatedServer.consentJson(id, patient, DOCTOR, "TREAT")
            .replace("{\"type\":\"permit\",", "{\"type\":\"deny\"," + action(code)));
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
}
