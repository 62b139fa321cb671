package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a write looks for or compares: conditions, references by search, tests of a patch. */
@SuppressWarnings("NullAway.Init")
final class ConditionsOfWritesTest extends WritesAsQuestions {
  private String mixed;

  ConditionsOfWritesTest() {
    super("wc");
  }

  @BeforeAll
  void seed() {
    server.load(
        "Patient/wc-placed",
        "{\"resourceType\":\"Patient\",\"id\":\"wc-placed\",\"name\":[{\"family\":\"Wcfamily\"}],\"managingOrganization\":{\"reference\":\"Organization/wc-org\"}}");
    mixed = mixedFor("Organization");
  }

  @ParameterizedTest
  @DisplayName("W-3 a reference by search tells nothing, in a transaction or alone")
  @ValueSource(
      strings = {
        "Organization?_id=wc-org&_has:Patient:organization:family=%s",
        "Organization?name=Plain&_has:Patient:organization:family=%s",
        "/Organization?_has:Patient:organization:family=%s",
        "Patient?family=%s"
      })
  void referencesBySearch(String search) {
    String of = "{\"resourceType\":\"Location\",\"managingOrganization\":{\"reference\":\"%s\"}}";
    String hit = of.formatted(search.formatted("Wcfamily"));
    String miss = of.formatted(search.formatted("Nobody"));
    for (String token : List.of(doctor, mixedFor("Location"))) {
      alike(
          server.ask(token, "POST", "Location", hit), server.ask(token, "POST", "Location", miss));
      alike(
          server.ask(token, "POST", "", transaction(entry("POST", "Location", hit, ""))),
          server.ask(token, "POST", "", transaction(entry("POST", "Location", miss, ""))));
    }
    String loader = server.tokens().loader();
    alike(
        server.ask(loader, "POST", "", transaction(entry("POST", "Location", hit, ""))),
        server.ask(loader, "POST", "", transaction(entry("POST", "Location", miss, ""))));
  }

  @ParameterizedTest
  @DisplayName("W-3 conditions are evaluated for nobody who is held to what they may see")
  @CsvSource({
    "identifier=wc-secret, identifier=wc-none",
    "_id=wc-secret, _id=wc-none",
    "_has:Patient:organization:family=Wcfamily, _has:Patient:organization:family=Nobody"
  })
  void conditions(String hit, String miss) {
    String body =
        "{\"resourceType\":\"Organization\",\"name\":\"New\",\"identifier\":[{\"value\":\"wc-secret\"}]}";
    for (String token : List.of(doctor, mixed)) {
      alike(
          server.ask(token, "POST", "Organization", body, "If-None-Exist", hit),
          server.ask(token, "POST", "Organization", body, "If-None-Exist", miss));
      alike(
          server.ask(token, "PUT", "Organization?" + hit, body),
          server.ask(token, "PUT", "Organization?" + miss, body));
      alike(
          server.ask(token, "PATCH", "Organization?" + hit, "[]"),
          server.ask(token, "PATCH", "Organization?" + miss, "[]"));
      alike(
          server.ask(token, "DELETE", "Organization?" + hit, ""),
          server.ask(token, "DELETE", "Organization?" + miss, ""));
      alike(
          server.ask(token, "POST", "", transaction(ifNoneExist(body, hit))),
          server.ask(token, "POST", "", transaction(ifNoneExist(body, miss))));
      alike(
          server.ask(token, "POST", "", transaction(entry("PUT", "Organization?" + hit, body, ""))),
          server.ask(
              token, "POST", "", transaction(entry("PUT", "Organization?" + miss, body, ""))));
    }
    assertThat(server.get(server.tokens().patient("wc-hers"), "Organization/wc-secret").body())
        .contains("\"versionId\":\"1\"", "Secret");
  }

  private static String ifNoneExist(String body, String condition) {
    return entry("POST", "Organization", body, ",\"ifNoneExist\":\"" + condition + "\"");
  }

  @Test
  @DisplayName("W-3 a back-end service looks for what it loads, but not through what is governed")
  void servicesMatchWhatTheyLoad() {
    String loader = server.tokens().loader();
    String body =
        "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:wc\",\"value\":\"1\"}]}";
    assertThat(
            server
                .ask(loader, "POST", "Patient", body, "If-None-Exist", "identifier=urn:wc%7C1")
                .statusCode())
        .isEqualTo(201);
    assertThat(
            server
                .ask(loader, "POST", "Patient", body, "If-None-Exist", "identifier=urn:wc%7C1")
                .statusCode())
        .isEqualTo(200);
    alike(
        server.ask(
            loader,
            "PUT",
            "Organization?_has:Patient:organization:family=Wcfamily",
            "{\"resourceType\":\"Organization\"}"),
        server.ask(
            loader,
            "PUT",
            "Organization?_has:Patient:organization:family=Nobody",
            "{\"resourceType\":\"Organization\"}"));
  }

  @ParameterizedTest
  @DisplayName(
      "W-5 W-6 an open type that names a patient is read, patched and overwritten by nobody else")
  @CsvSource({
    "GET, Organization/%s",
    "GET, Organization/%s/_history",
    "GET, Organization/%s/_history/1",
    "GET, Organization/%s/$meta",
    "GET, Organization/%s/$proof",
    "PATCH, Organization/%s",
    "PUT, Organization/%s",
    "DELETE, Organization/%s"
  })
  void openTypesThatNameAPatient(String method, String path) {
    HttpResponse<String> hidden = askOf(method, path, "wc-secret");
    HttpResponse<String> missing = askOf(method, path, "wc-none");
    assertThat(face(hidden)).isEqualTo(face(missing));
    assertThat(hidden.statusCode()).isEqualTo(method.equals("GET") ? 404 : 403);
    assertThat(hidden.body()).containsPattern(REFUSED);
    assertThat(server.get(server.tokens().patient("wc-hers"), "Organization/wc-secret").body())
        .contains("Secret");
    assertThat(server.get(doctor, "Organization/wc-org").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> askOf(String method, String path, String id) {
    String body =
        switch (method) {
          case "PATCH" -> "[{\"op\":\"test\",\"path\":\"/name\",\"value\":\"Secret\"}]";
          case "PUT" ->
              "{\"resourceType\":\"Organization\",\"id\":\"%s\",\"name\":\"Taken\"}".formatted(id);
          default -> "";
        };
    return server.ask(doctor, method, path.formatted(id), body);
  }

  @Test
  @DisplayName("W-5 in a batch too, and with a reference to it")
  void openTypesThatNameAPatientInABatch() {
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"request\":{\"method\":\"GET\",\"url\":\"Organization/%s\"}},{\"request\":{\"method\":\"GET\",\"url\":\"Organization/%s/_history/1\"}}]}";
    HttpResponse<String> hidden =
        server.ask(doctor, "POST", "", batch.formatted("wc-secret", "wc-secret"));
    HttpResponse<String> missing =
        server.ask(doctor, "POST", "", batch.formatted("wc-none", "wc-none"));
    assertThat(face(hidden)).isEqualTo(face(missing)).contains(HIDDEN);
    String of =
        "{\"resourceType\":\"Location\",\"managingOrganization\":{\"reference\":\"Organization/%s\"}}";
    alike(
        server.ask(doctor, "POST", "Location", of.formatted("wc-secret")),
        server.ask(doctor, "POST", "Location", of.formatted("wc-none")));
    HttpResponse<String> plain = server.ask(doctor, "POST", "Location", of.formatted("wc-org"));
    assertThat(plain.statusCode()).as(plain.body()).isEqualTo(201);
  }

  @ParameterizedTest
  @DisplayName("W-5 a patch's test asks about nothing that may not be read, whoever sends it")
  @ValueSource(strings = {"registrar", "loader", "doctor"})
  void patchTests(String who) {
    String token =
        switch (who) {
          case "registrar" -> registrar;
          case "loader" -> server.tokens().loader();
          default -> doctor;
        };
    String right = "[{\"op\":\"test\",\"path\":\"/name/0/family\",\"value\":\"More\"}]";
    String wrong = right.replace("More", "Less");
    HttpResponse<String> holds = server.ask(token, "PATCH", "Patient/wc-more", right);
    alike(holds, server.ask(token, "PATCH", "Patient/wc-more", wrong));
    alike(holds, server.ask(token, "PATCH", "Patient/wc-none", right));
    alike(
        holds,
        server.ask(
            token,
            "POST",
            "",
            transaction(entry("PATCH", "Patient/wc-more", fhirPath("subject", "x"), ""))));
    alike(
        server.ask(token, "PATCH", "Patient?family=More", right),
        server.ask(token, "PATCH", "Patient?family=Nobody", right));
  }

  @Test
  @DisplayName("W-5 a token without the right to read changes nothing that is there")
  void blindWriters() {
    String blind = server.tokens().of("Practitioner/wc-doctor", "", "user/Observation.cu", "TREAT");
    String test = "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"%s\"}]";
    alike(
        server.ask(blind, "PATCH", "Observation/wc-o-mine", test.formatted("final")),
        server.ask(blind, "PATCH", "Observation/wc-o-mine", test.formatted("registered")));
    String body =
        observation("Patient/wc-mine").replace("\"status\"", "\"id\":\"wc-o-mine\",\"status\"");
    alike(
        server.ask(blind, "PUT", "Observation/wc-o-mine", body),
        server.ask(blind, "PUT", "Observation/wc-none", body.replace("wc-o-mine", "wc-none")));
  }
}
