package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For whom a token speaks, and how far it reaches: WHO-1 to WHO-4, FOL-5. */
@TestInstance(Lifecycle.PER_CLASS)
final class WhoAsksTest {
  private static final String CUSTODY =
      "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"custody\",\"valueString\":\"server\"}]}";
  private static final String NOTHING = "{\"resourceType\":\"Parameters\"}";

  private final GatedServer server = GatedServer.shared();

  @BeforeAll
  void seed() {
    for (String patient : List.of("who", "who-else")) {
      server.patient(patient);
      server.observation("ob-" + patient, patient);
    }
    server.consent("c-who", "who", "who-doc", "TREAT");
  }

  private String base(String host) {
    return "http://" + host + ":" + server.server().url("").getPort() + "/fhir";
  }

  private String user(String fhirUser, String scope, String... purposes) {
    return server
        .tokens()
        .saying(Map.of("fhirUser", fhirUser, "scope", scope, "purpose_of_use", List.of(purposes)));
  }

  private int read(String token, String path) {
    return server.get(token, path).statusCode();
  }

  @Test
  @DisplayName("WHO-1 a patient claim without fhirUser entitles nobody")
  void aLaunchContextEntitlesNobody() {
    for (String scope : List.of("user/*.cruds", "patient/*.cruds")) {
      String launched = server.tokens().saying(Map.of("patient", "who", "scope", scope));
      assertThat(read(launched, "Observation/ob-who")).as(scope).isEqualTo(403);
      assertThat(read(launched, "Patient/who")).as(scope).isEqualTo(403);
      HttpResponse<String> enrolled =
          server.ask(launched, "POST", "Patient/who/$enroll-key", CUSTODY);
      assertThat(enrolled.statusCode()).as(enrolled.body()).isEqualTo(403);
      assertThat(server.ask(launched, "POST", "Consent/c-who/$revoke", NOTHING).statusCode())
          .isEqualTo(403);
      assertThat(read(launched, "$explain-access?resource=Observation/ob-who")).isEqualTo(403);
    }
  }

  @Test
  @DisplayName("WHO-1 the context of another patient gives no right over that patient's consents")
  void aContextOfAnotherPatientEntitlesNobody() {
    String other = server.tokens().of("Patient/who-else", "who", "patient/*.cruds");
    String consent = GatedServer.consentJson("x", "who", "who-else-doc", "TREAT");
    String fresh = consent.replace("\"id\":\"x\",", "");
    assertThat(server.ask(other, "POST", "Consent", fresh).statusCode()).isEqualTo(403);
    assertThat(server.ask(other, "POST", "Consent/c-who/$revoke", NOTHING).statusCode())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]"})
  @DisplayName("WHO-2 an absolute fhirUser under an address of the server's own is local")
  void anAbsoluteUserIsLocal(String host) {
    String patient = user(base(host) + "/Patient/who-else", "user/*.rs");
    assertThat(read(patient, "Observation/ob-who-else")).isEqualTo(200);
    String doctor = user(base(host) + "/Practitioner/who-doc", "user/*.rs", "TREAT");
    assertThat(read(doctor, "Observation/ob-who")).isEqualTo(200);
    assertThat(read(doctor, "Observation/ob-who-else")).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://evil.example/fhir", "http://localhost/fhir", "http://localhost:1/fhir"})
  @DisplayName("WHO-2 an absolute fhirUser under another address is another server's")
  void aForeignUserIsForeign(String foreign) {
    String patient = user(foreign + "/Patient/who-else", "user/*.rs");
    assertThat(read(patient, "Observation/ob-who-else")).isEqualTo(403);
    assertThat(
            server
                .ask(
                    patient,
                    "GET",
                    "Observation/ob-who-else",
                    "",
                    "X-Forwarded-Host",
                    "evil.example")
                .statusCode())
        .isEqualTo(403);
    String token = "Bearer " + user("http://evil.example/fhir/Patient/who-else", "user/*.rs");
    assertThat(raw("GET", "Observation/ob-who-else", token, "")).startsWith("HTTP/1.1 403");
  }

  @Test
  @DisplayName("WHO-2 a doctor whom a deny names does not get past it with an absolute name")
  void aDenyMeetsTheAbsoluteName() {
    server.patient("denies");
    server.observation("ob-denies", "denies");
    server.load("Practitioner/denied", "{\"resourceType\":\"Practitioner\",\"id\":\"denied\"}");
    String deny =
        GatedServer.consentJson("c-denies", "denies", "denied", "ETREAT")
            .replace("\"type\":\"permit\"", "\"type\":\"deny\"");
    server.load("Consent/c-denies", deny);
    for (String name : List.of("Practitioner/denied", base("localhost") + "/Practitioner/denied")) {
      String doctor = user(name, "user/*.rs", "ETREAT");
      assertThat(
              server
                  .ask(
                      doctor,
                      "GET",
                      "Observation/ob-denies",
                      "",
                      AccessSubject.BREAK_GLASS_HEADER,
                      "unconscious")
                  .statusCode())
          .as(name)
          .isEqualTo(403);
    }
  }

  @Test
  @DisplayName("WHO-2 references under any own address are stored as local ones, and decided")
  void ownReferencesAreLocal() {
    for (String host : List.of("localhost", "127.0.0.1", "[::1]")) {
      String id = "abs-" + host.replaceAll("[^a-z0-9]", "");
      String subject = base(host) + "/Patient/who";
      server.load(
          "Observation/" + id,
          GatedServer.observationOf(id, "\"subject\":{\"reference\":\"" + subject + "\"}"));
      String doctor = server.tokens().practitioner("who-doc", "TREAT");
      HttpResponse<String> seen = server.get(doctor, "Observation/" + id);
      assertThat(seen.statusCode()).as(seen.body()).isEqualTo(200);
      assertThat(seen.body()).contains("\"Patient/who\"");
      assertThat(server.get(doctor, "Observation?subject=" + subject + "&_id=" + id).body())
          .contains("secret-" + id);
    }
  }

  @Test
  @DisplayName("WHO-2 under another Host the server answers, and what is absolute stays foreign")
  void aHostHeaderMakesNothingLocal() {
    String loader = "Bearer " + server.tokens().loader();
    String body =
        "{\"resourceType\":\"Organization\",\"id\":\"afar\",\"extension\":[{\"url\":\"http://x.example/e\","
            + "\"valueReference\":{\"reference\":\"http://evil.example/fhir/Practitioner/x\"}}]}";
    assertThat(raw("PUT", "Organization/afar", loader, body)).startsWith("HTTP/1.1 201");
    assertThat(raw("GET", "Organization/afar", loader, ""))
        .startsWith("HTTP/1.1 200")
        .contains("\"http://evil.example/fhir/Practitioner/x\"");
    assertThat(server.get(server.tokens().loader(), "Organization/afar").body())
        .contains("\"http://evil.example/fhir/Practitioner/x\"");
  }

  /** With a Host header that the JDK's client would not send. */
  private String raw(String method, String path, String authorization, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        String.join(
            "\r\n",
            method + " /fhir/" + path + " HTTP/1.1",
            "Host: evil.example",
            "Authorization: " + authorization,
            "Content-Type: application/fhir+json",
            "Accept: application/fhir+json",
            "Content-Length: " + content.length,
            "Connection: close",
            "",
            "");
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), server.server().url("").getPort())) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(content);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Stream<Map<String, Object>> badOrganizations() {
    return Stream.<Object>of(
            "Practitioner/who-doc",
            "http://localhost/fhir/Practitioner/who-doc",
            "Organization/a/_history/1",
            "Organization/a/../../Practitioner/who-doc",
            "Organization?name=x",
            List.of("Organization/a"))
        .map(claim -> Map.of("organization", claim));
  }

  @ParameterizedTest
  @MethodSource("badOrganizations")
  @DisplayName("WHO-3 WHO-4 an organization of another type is refused, and the claim is named")
  void anOrganizationIsAnOrganization(Map<String, Object> claim) {
    Map<String, Object> claims = new java.util.HashMap<>(claim);
    claims.put("scope", "user/*.rs");
    claims.put("purpose_of_use", "TREAT");
    HttpResponse<String> refused = server.get(server.tokens().saying(claims), "Observation/ob-who");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("error=\"invalid_token\"", "missing or malformed: organization\"");
  }

  @Test
  @DisplayName("FOL-5 $explain-access tells each owner about that owner alone")
  void explainsToEachOwnerAlone() {
    server.patient("one");
    server.patient("two");
    server.load(
        "Observation/of-both",
        GatedServer.observationOf(
            "of-both",
            "\"subject\":{\"reference\":\"Patient/one\"},\"performer\":[{\"reference\":\"Patient/two\"}]"));
    server.consent("c-one", "one", "both-doc", "TREAT");
    String question =
        "$explain-access?resource=Observation/of-both&reader=Practitioner/both-doc&purpose=TREAT";
    String one = server.get(server.tokens().patient("one"), question).body();
    assertThat(one).contains("\"permit\"", "Patient/one").doesNotContain("refuse", "Patient/two");
    String two = server.get(server.tokens().patient("two"), question).body();
    assertThat(two)
        .contains("\"refuse\"", "NO_CONSENT", "Patient/two")
        .doesNotContain("Patient/one");
    server.consent("c-two", "two", "both-doc", "TREAT");
    String later = server.get(server.tokens().patient("one"), question).body();
    assertThat(withoutBlock(later)).isEqualTo(withoutBlock(one));
    String others = server.get(server.tokens().patient("one"), question + "&revoked=c-two").body();
    assertThat(withoutBlock(others)).as("another owner's Consent").isEqualTo(withoutBlock(one));
    String own = server.get(server.tokens().patient("one"), question + "&revoked=c-one").body();
    assertThat(own).contains("\"refuse\"", "REVOKED").doesNotContain("Patient/two", "c-two");
  }

  private static String withoutBlock(String answer) {
    return answer.replaceAll("\"valueString\":\"[0-9]+\"", "\"block\"");
  }
}
