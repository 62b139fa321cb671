package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a resource is that names no patient: OWN-1 to OWN-4, over HTTP. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class WhoseItIsTest {
  private final GatedServer server = GatedServer.shared();
  private String doctor;
  private String stranger;
  private String service;

  @BeforeAll
  void seed() {
    for (String patient : List.of("mine", "theirs")) {
      server.patient(patient);
      encounter("en-" + patient, patient);
      server.observation("own-" + patient, patient);
    }
    server.consent("c-mine", "mine", "own-doc", "TREAT");
    doctor = server.tokens().practitioner("own-doc", "TREAT");
    stranger = server.tokens().practitioner("own-stranger", "TREAT");
    service = server.tokens().of("Practitioner/own-service", "", "system/*.rs", "TREAT");
  }

  private void encounter(String id, String patient) {
    server.load(
        "Encounter/" + id,
        "{\"resourceType\":\"Encounter\",\"id\":\"%s\",\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":{\"reference\":\"Patient/%s\"}}"
            .formatted(id, patient));
  }

  private int read(String token, String path) {
    return server.get(token, path).statusCode();
  }

  /** Readable by those who may read what belongs to the patient, and by nobody else. */
  private void isOf(String path, boolean mine) {
    assertThat(read(doctor, path)).as("doctor of mine: %s", path).isEqualTo(mine ? 200 : 403);
    assertThat(read(server.tokens().patient("mine"), path))
        .as("mine: %s", path)
        .isEqualTo(mine ? 200 : 403);
    assertThat(read(stranger, path)).as("stranger: %s", path).isEqualTo(403);
    assertThat(read(service, path)).as("service: %s", path).isEqualTo(403);
    String type = path.substring(0, path.indexOf('/'));
    String id = path.substring(path.indexOf('/') + 1);
    assertThat(server.get(service, type + "?_id=" + id).body()).doesNotContain(id + "\",\"meta");
  }

  @Test
  @DisplayName("OWN-1 an Observation with an encounter and no subject is the encounter's patient's")
  void belongsToTheEncountersPatient() {
    for (String patient : List.of("mine", "theirs")) {
      String id = "seen-" + patient;
      server.load(
          "Observation/" + id,
          GatedServer.observationOf(
              id, "\"encounter\":{\"reference\":\"Encounter/en-" + patient + "\"}"));
      isOf("Observation/" + id, patient.equals("mine"));
    }
  }

  @ParameterizedTest
  @DisplayName("OWN-1 a reference that HAPI takes for a patient's makes it that patient's")
  @ValueSource(strings = {"/Patient/", "./Patient/", "x/Patient/"})
  void belongsToWhomHapiTakesItFor(String form) {
    for (String patient : List.of("mine", "theirs")) {
      String id = "odd-" + form.length() + "-" + patient;
      server.load(
          "Observation/" + id,
          GatedServer.observationOf(id, "\"subject\":{\"reference\":\"" + form + patient + "\"}"));
      isOf("Observation/" + id, patient.equals("mine"));
    }
  }

  @Test
  @DisplayName("OWN-1 it follows changes of what is referred to")
  void followsWhatItRefersTo() {
    encounter("en-moves", "mine");
    server.load(
        "Observation/moves",
        GatedServer.observationOf("moves", "\"encounter\":{\"reference\":\"Encounter/en-moves\"}"));
    assertThat(read(doctor, "Observation/moves")).isEqualTo(200);
    encounter("en-moves", "theirs");
    assertThat(read(doctor, "Observation/moves")).isEqualTo(403);
    assertThat(read(server.tokens().patient("theirs"), "Observation/moves")).isEqualTo(200);
  }

  @Test
  @DisplayName("OWN-1 G11 an export of a back-end service leaves it out")
  void anExportLeavesItOut() {
    server.load(
        "Observation/exported-own",
        GatedServer.observationOf(
            "exported-own", "\"encounter\":{\"reference\":\"Encounter/en-theirs\"}"));
    HttpResponse<String> started =
        server.ask(service, "GET", "$export?_type=Observation", "", "Prefer", "respond-async");
    assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
    String poll = path(started.headers().firstValue("Content-Location").orElseThrow());
    await().atMost(120, SECONDS).until(() -> read(service, poll) == 200);
    String manifest = server.get(service, poll).body();
    for (String part : manifest.split("\"url\":\"", -1)) {
      if (part.contains("/Binary/")) {
        String file = server.get(service, path(part.substring(0, part.indexOf('"')))).body();
        assertThat(file).doesNotContain("exported-own");
      }
    }
  }

  private static String path(String url) {
    return url.substring(url.indexOf("/fhir") + 5).replaceFirst("^/", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"resourceType\":\"Task\",\"id\":\"@\",\"status\":\"draft\",\"intent\":\"order\",\"focus\":{\"reference\":\"Observation/own-%s\"}}",
        "{\"resourceType\":\"MessageHeader\",\"id\":\"@\",\"eventCoding\":{\"code\":\"x\"},\"source\":{\"endpoint\":\"http://x.example\"},\"focus\":[{\"reference\":\"Observation/own-%s\"}]}",
        "{\"resourceType\":\"PaymentNotice\",\"id\":\"@\",\"status\":\"active\",\"request\":{\"reference\":\"Observation/own-%s\"}}",
        "{\"resourceType\":\"List\",\"id\":\"@\",\"status\":\"current\",\"mode\":\"working\",\"entry\":[{\"item\":{\"reference\":\"Observation/own-%s\"}}]}",
        "{\"resourceType\":\"Basic\",\"id\":\"@\",\"code\":{\"text\":\"x\"},\"extension\":[{\"url\":\"http://x.example/e\",\"valueReference\":{\"reference\":\"Observation/own-%s\"}}]}",
        "{\"resourceType\":\"Linkage\",\"id\":\"@\",\"item\":[{\"type\":\"source\",\"resource\":{\"reference\":\"Observation/own-%s\"}}]}",
        "{\"resourceType\":\"AuditEvent\",\"id\":\"@\",\"entity\":[{\"what\":{\"reference\":\"Observation/own-%s\"}}]}",
        "{\"resourceType\":\"Provenance\",\"id\":\"@\",\"recorded\":\"2026-01-01T00:00:00Z\",\"target\":[{\"reference\":\"Observation/own-%s\"}],\"agent\":[{\"who\":{\"reference\":\"Practitioner/own-doc\"}}]}"
      })
  @DisplayName("OWN-2 OWN-4 what points to something is as visible as that")
  void isAsVisibleAsWhatItPointsTo(String body) {
    String type = body.split("\"", -1)[3];
    for (String patient : List.of("mine", "theirs")) {
      String id = "points-" + type + "-" + patient;
      server.load(type + "/" + id, body.replace("@", id).formatted(patient));
      isOf(type + "/" + id, patient.equals("mine"));
    }
  }

  @Test
  @DisplayName("OWN-4 whoever may not read one of its targets may not read a Provenance")
  void needsEveryTarget() {
    server.load(
        "Provenance/both",
        "{\"resourceType\":\"Provenance\",\"id\":\"both\",\"recorded\":\"2026-01-01T00:00:00Z\",\"target\":[{\"reference\":\"Observation/own-mine\"},{\"reference\":\"Observation/own-theirs\"}],\"agent\":[{\"who\":{\"reference\":\"Patient/mine\"}}]}");
    isOf("Provenance/both", false);
  }

  @Test
  @DisplayName("OWN-2 a Binary belongs to whom everything belongs that refers to it")
  void aBinaryBelongsToWhatRefersToIt() {
    for (String patient : List.of("mine", "theirs")) {
      String id = "bin-" + patient;
      server.load("Binary/" + id, binary(id));
      assertThat(read(doctor, "Binary/" + id)).isEqualTo(403);
      server.load(
          "DocumentReference/d" + id,
          "{\"resourceType\":\"DocumentReference\",\"id\":\"d%s\",\"status\":\"current\",\"subject\":{\"reference\":\"Patient/%s\"},\"content\":[{\"attachment\":{\"url\":\"Binary/%s\"}}]}"
              .formatted(id, patient, id));
      isOf("Binary/" + id, patient.equals("mine"));
    }
    server.load(
        "Media/second",
        "{\"resourceType\":\"Media\",\"id\":\"second\",\"status\":\"completed\",\"subject\":{\"reference\":\"Patient/theirs\"},\"content\":{\"url\":\"Binary/bin-mine\"}}");
    isOf("Binary/bin-mine", false);
  }

  @Test
  @DisplayName("OWN-2 nobody makes a Binary theirs by referring to it")
  void referringToABinaryEntitlesNobody() {
    server.load("Binary/bin-loose", binary("bin-loose"));
    server.load("Binary/bin-kept", binary("bin-kept"));
    server.load("DocumentReference/d-kept", document("d-kept", "theirs", "Binary/bin-kept"));
    String mine = server.tokens().patient("mine");
    for (String id : List.of("bin-loose", "bin-kept", "bin-never")) {
      for (String url :
          List.of("Binary/" + id, server.server().url("fhir/Binary/" + id).toString())) {
        String body = document("x", "mine", url).replace("\"id\":\"x\",", "");
        HttpResponse<String> refused = server.ask(mine, "POST", "DocumentReference", body);
        assertThat(refused.statusCode()).as(url).isEqualTo(403);
      }
      assertThat(read(mine, "Binary/" + id)).isEqualTo(403);
    }
  }

  private static String document(String id, String patient, String url) {
    return "{\"resourceType\":\"DocumentReference\",\"id\":\"%s\",\"status\":\"current\",\"subject\":{\"reference\":\"Patient/%s\"},\"content\":[{\"attachment\":{\"url\":\"%s\"}}]}"
        .formatted(id, patient, url);
  }

  @Test
  @DisplayName("OWN-2 a writer attaches an own Binary to a record")
  void attachesAnOwnBinary() {
    HttpResponse<String> made =
        server.ask(doctor, "POST", "Binary", binary("x").replace("\"id\":\"x\",", ""));
    String id =
        made.headers().firstValue("Location").orElseThrow().replaceAll(".*/Binary/([^/]+).*", "$1");
    String body = document("x", "mine", "Binary/" + id).replace("\"id\":\"x\",", "");
    HttpResponse<String> attached = server.ask(doctor, "POST", "DocumentReference", body);
    assertThat(attached.statusCode()).as(attached.body()).isEqualTo(201);
    isOf("Binary/" + id, true);
  }

  private static String binary(String id) {
    return "{\"resourceType\":\"Binary\",\"id\":\"%s\",\"contentType\":\"text/plain\",\"data\":\"c2VjcmV0\"}"
        .formatted(id);
  }

  @Test
  @DisplayName("OWN-2 a Binary that nothing refers to is its writer's, and operators'")
  void anUnreferencedBinaryIsItsWriters() {
    HttpResponse<String> made =
        server.ask(doctor, "POST", "Binary", binary("x").replace("\"id\":\"x\",", ""));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    String path =
        "Binary/"
            + made.headers()
                .firstValue("Location")
                .orElseThrow()
                .replaceAll(".*/Binary/([^/]+).*", "$1");
    assertThat(read(doctor, path)).isEqualTo(200);
    assertThat(read(stranger, path)).isEqualTo(403);
    assertThat(read(service, path)).isEqualTo(403);
    assertThat(server.get(stranger, "Binary").body()).doesNotContain("c2VjcmV0");
    String operator = server.tokens().of("Practitioner/op", "", "anchor/operator user/Binary.rs");
    assertThat(read(operator, path)).isEqualTo(200);
  }

  @Test
  @DisplayName("OWN-4 a patient may read an own Observation that contains a Patient")
  void containsAPatient() {
    server.load(
        "Observation/contains",
        GatedServer.observationOf(
            "contains",
            "\"subject\":{\"reference\":\"Patient/mine\"},\"performer\":[{\"reference\":\"#p\"}],\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\"}]"));
    isOf("Observation/contains", true);
  }

  @Test
  @DisplayName("OWN-3 G6 a chain does not lead through a hidden resource of an open type")
  void noChainThroughHiddenOpenTypes() {
    server.load(
        "Organization/own-hidden",
        "{\"resourceType\":\"Organization\",\"id\":\"own-hidden\",\"name\":\"Secretward\",\"extension\":[{\"url\":\"http://x.example/e\",\"valueReference\":{\"reference\":\"Patient/theirs\"}}]}");
    server.load(
        "Organization/own-seen",
        "{\"resourceType\":\"Organization\",\"id\":\"own-seen\",\"name\":\"Seenward\"}");
    for (String name : List.of("hidden", "seen")) {
      server.load(
          "Endpoint/own-" + name,
          "{\"resourceType\":\"Endpoint\",\"id\":\"own-%s\",\"status\":\"active\",\"address\":\"http://x.example\",\"managingOrganization\":{\"reference\":\"Organization/own-%s\"}}"
              .formatted(name, name));
    }
    assertThat(server.get(stranger, "Endpoint?organization.name=Seenward").body())
        .contains("Endpoint/own-seen");
    assertThat(server.get(stranger, "Endpoint?organization.name=Secretward").body())
        .doesNotContain("own-hidden");
    assertThat(server.get(stranger, "Organization?name=Secretward").body())
        .doesNotContain("own-hidden");
    assertThat(read(stranger, "Organization/_history")).isEqualTo(403);
  }

  @Test
  @DisplayName("OWN-1 open types that refer to open types alone stay open")
  void openTypesStayOpen() {
    server.load("Organization/own-top", "{\"resourceType\":\"Organization\",\"id\":\"own-top\"}");
    server.load(
        "Location/own-ward",
        "{\"resourceType\":\"Location\",\"id\":\"own-ward\",\"managingOrganization\":{\"reference\":\"Organization/own-top\"}}");
    assertThat(read(stranger, "Location/own-ward")).isEqualTo(200);
    server.load(
        "Organization/own-top",
        "{\"resourceType\":\"Organization\",\"id\":\"own-top\",\"extension\":[{\"url\":\"http://x.example/e\",\"valueReference\":{\"reference\":\"Encounter/en-theirs\"}}]}");
    assertThat(read(stranger, "Location/own-ward")).isNotEqualTo(200);
    assertThat(read(server.tokens().patient("theirs"), "Location/own-ward")).isEqualTo(200);
  }
}
