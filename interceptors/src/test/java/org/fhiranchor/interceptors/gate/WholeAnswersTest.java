package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Answers that hold all there is, or say that they do not. */
final class WholeAnswersTest {
  private static final Pattern FILE = Pattern.compile("\"url\"\\s*:\\s*\"[^\"]*/fhir/([^\"]+)\"");
  private static final int VERSIONS = 25;

  private final GatedServer server = GatedServer.shared();

  private static Bundle bundle(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached().newJsonParser().parseResource(Bundle.class, answer.body());
  }

  @Test
  @DisplayName(
      "ANS-1 a history that was asked for before a write holds all versions right after it")
  void historyAfterWrite() {
    server.patient("versioned");
    String token = server.tokens().patient("versioned");
    for (int version = 1; version <= 4; version++) {
      server.load(
          "Observation/ob-versioned",
          GatedServer.observationOf(
                  "v" + version, "\"subject\":{\"reference\":\"Patient/versioned\"}")
              .replace("\"id\":\"v" + version, "\"id\":\"ob-versioned"));
      assertThat(bundle(server.get(token, "Observation/ob-versioned/_history")).getEntry())
          .hasSize(version);
    }
  }

  @Test
  @DisplayName("ANS-1 so does one of a server that enforces no consents")
  void historyWithoutGate() {
    RunningServer plain = RunningServer.shared();
    for (int version = 1; version <= 3; version++) {
      String json =
          "{\"resourceType\":\"Patient\",\"id\":\"counted\",\"name\":[{\"family\":\"v%d\"}]}"
              .formatted(version);
      assertThat(plain.fhir("PUT", "Patient/counted", json).statusCode()).isBetween(200, 201);
      for (String path :
          List.of("Patient/counted/_history", "Patient/counted/_history?_count=50")) {
        assertThat(bundle(plain.fhir("GET", path, "")).getEntry()).as(path).hasSize(version);
      }
    }
  }

  @Test
  @DisplayName("G7 $everything refuses dates that it would not look at, and places, by name")
  void everythingWithDates() {
    server.patient("dated");
    server.observation("ob-dated", "dated");
    String token = server.tokens().patient("dated");
    for (String dates : List.of("start=2026-01-01", "end=2020-01-01", "start=2026&_count=5")) {
      HttpResponse<String> answer = server.get(token, "Patient/dated/$everything?" + dates);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("start and end are not supported");
    }
    HttpResponse<String> placed = server.get(token, "Patient/dated/$everything?_offset=1&_count=1");
    assertThat(placed.statusCode()).as(placed.body()).isEqualTo(400);
    assertThat(placed.body()).contains("_offset is not supported");
    for (String ignored : List.of("_since=2090-01-01", "_filter=x", "foo=1", "_id=Patient/dated")) {
      HttpResponse<String> answer = server.get(token, "Patient/dated/$everything?" + ignored);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("not supported here");
    }
    String all = "_format=json&_pretty=true&_type=Observation&_lastUpdated=ge2020-01-01&_count=9";
    assertThat(bundle(server.get(token, "Patient/dated/$everything?" + all)).getEntry()).hasSize(2);
    HttpResponse<String> posted =
        server.ask(
            token,
            "POST",
            "Patient/dated/$everything",
            "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"start\",\"valueDate\":\"2026-01-01\"}]}");
    assertThat(posted.statusCode()).as(posted.body()).isEqualTo(400);
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"request\":{\"method\":\"GET\","
            + "\"url\":\"Patient/dated/$everything?start=2026-01-01\"}}]}";
    assertThat(server.ask(token, "POST", "", batch).body()).doesNotContain("secret-ob-dated");
    assertThat(server.get(token, "Patient/dated/$everything").body()).contains("secret-ob-dated");
  }

  @Test
  @DisplayName("ANS-1 a count that is no number, and a $validate of nothing, are 400, never 500")
  void unusable() {
    server.patient("unusable");
    String token = server.tokens().patient("unusable");
    for (String path :
        List.of(
            "Patient/unusable/$everything?_count=x",
            "Patient/unusable/$everything?_offset=-1",
            "Observation?_count=1e9",
            "Patient/unusable/_history?_count=99999999999")) {
      assertThat(server.get(token, path).statusCode()).as(path).isEqualTo(400);
    }
    String one = "{\"request\":{\"method\":\"GET\",\"url\":\"Patient/unusable%s\"}}";
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
            + one.formatted("/$everything?_count=x")
            + ","
            + one.formatted("")
            + "]}";
    HttpResponse<String> both = server.ask(token, "POST", "", batch);
    assertThat(both.statusCode()).as(both.body()).isEqualTo(200);
    assertThat(both.body()).contains("\"400", "\"200");
    String[] whole = {"X-Transaction-Semantics", "tryBatchAsTransactionFirst=true"};
    assertThat(server.ask(token, "POST", "", batch, whole).statusCode()).isEqualTo(400);
    String nothing =
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"resource\",\"valueString\":\"x\"}]}";
    String practitioner = server.tokens().practitioner("usual", "TREAT");
    for (String path : List.of("Observation/$validate", "Observation/none/$validate")) {
      assertThat(server.ask(practitioner, "POST", path, nothing).statusCode())
          .as(path)
          .isBetween(400, 499);
    }
  }

  @Test
  @DisplayName("G11 an export of histories does not end where versions in between are left out")
  void exportOfHistories() {
    for (String patient : List.of("export-yes", "export-no")) {
      server.patient(patient);
    }
    server.consent("c-export-yes", "export-yes", "historian", "TREAT");
    for (int version = 0; version < VERSIONS; version++) {
      for (String patient : List.of("export-yes", "export-no")) {
        server.load(
            "Observation/h-" + patient,
            GatedServer.observationOf(
                "h-" + patient,
                "\"subject\":{\"reference\":\"Patient/%s\"},\"valueString\":\"%s-%d.\""
                    .formatted(patient, patient, version)));
      }
    }
    String reader = server.tokens().of("Practitioner/historian", "", "system/*.rs", "TREAT");
    String all = exported(reader, "$export?_type=Observation&_includeHistory=true");
    for (int version = 0; version < VERSIONS; version++) {
      assertThat(all).contains("export-yes-" + version + ".");
    }
    assertThat(all).doesNotContain("export-no");
  }

  @Test
  @DisplayName("G11 an export does not end where resources in between are left out or deleted")
  void exportOfMany() {
    for (String patient : List.of("many-yes", "many-no")) {
      server.patient(patient);
    }
    server.consent("c-many-yes", "many-yes", "collector", "TREAT");
    for (int number = 0; number < 2 * VERSIONS; number++) {
      for (String patient : List.of("many-no", "many-yes")) {
        server.observation("m-" + patient + "-" + number + "-", patient);
      }
      if (number % 5 == 0) {
        String gone = "Observation/m-many-yes-" + number + "-";
        HttpResponse<String> deleted = server.ask(server.tokens().loader(), "DELETE", gone, "");
        assertThat(deleted.statusCode()).as(deleted.body()).isBetween(200, 204);
      }
    }
    String reader = server.tokens().of("Practitioner/collector", "", "system/*.rs", "TREAT");
    String all = exported(reader, "$export?_type=Observation");
    for (int number = 0; number < 2 * VERSIONS; number++) {
      String line = "secret-m-many-yes-" + number + "-";
      if (number % 5 == 0) {
        assertThat(all).doesNotContain(line);
      } else {
        assertThat(all).contains(line);
      }
    }
    assertThat(all).doesNotContain("many-no");
  }

  private String exported(String reader, String what) {
    HttpResponse<String> started = server.ask(reader, "GET", what, "", "Prefer", "respond-async");
    assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
    String at = started.headers().firstValue("Content-Location").orElseThrow();
    String poll = at.substring(at.indexOf("/fhir/") + 6);
    await().atMost(120, SECONDS).until(() -> server.get(reader, poll).statusCode() == 200);
    Matcher file = FILE.matcher(server.get(reader, poll).body());
    List<String> texts = new ArrayList<>();
    while (file.find()) {
      texts.add(text(server.get(reader, file.group(1))));
    }
    return String.join("\n", texts);
  }

  private static String text(HttpResponse<String> file) {
    assertThat(file.statusCode()).as(file.body()).isEqualTo(200);
    if (!file.body().contains("\"resourceType\":\"Binary\"")) {
      return file.body();
    }
    Binary binary =
        FhirContext.forR4Cached().newJsonParser().parseResource(Binary.class, file.body());
    return new String(binary.getData(), StandardCharsets.UTF_8);
  }
}
