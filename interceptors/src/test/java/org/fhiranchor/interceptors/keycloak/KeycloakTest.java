package org.fhiranchor.interceptors.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** An unmodified Keycloak as the issuer of a server that enforces consents. */
@EnabledIfSystemProperty(
    named = "test.keycloak",
    matches = ".+",
    disabledReason =
        "wants org.keycloak:keycloak-quarkus-dist, unpacked; scripts/keycloak.sh fetches and runs"
            + " it")
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KeycloakTest {
  private static final String AUDIENCE = "https://fhir.example.org/fhir";
  private static final String CATEGORIES =
      "http://terminology.hl7.org/CodeSystem/observation-category|";

  /** Each scope of the console that nobody has without a role. */
  private static final Set<String> WITH_A_ROLE =
      Set.of(
          "anchor/operator",
          "anchor/registrar",
          "anchor/compliance.read",
          "user/AuditEvent.rs",
          "user/Provenance.rs",
          "user/*.cruds");

  @TempDir private static Path data;

  private KeycloakService service;
  private Keycloak keycloak;
  private RunningServer server;

  @BeforeAll
  void start() throws Exception {
    Path root = Path.of(System.getProperty("anchor.root", ".."));
    service = KeycloakService.withNewKey();
    keycloak =
        Keycloak.start(
            Path.of(System.getProperty("test.keycloak")),
            root.resolve("docs/operate/keycloak/fhir-anchor-realm.json"),
            this::entered);
    server =
        RunningServer.start(
            data,
            "--anchor.consent.enforce=on",
            "--anchor.consent.key-apps=an-app",
            "--anchor.security.issuer=" + keycloak.issuer(),
            "--anchor.security.audience=" + AUDIENCE);
    seed();
  }

  /** What an operator enters: people, the key of the service; and an app of another API. */
  private void entered(ObjectNode realm) {
    List<String> clinician = List.of("clinician");
    Keycloak.addUser(
        realm,
        "doctor",
        clinician,
        Map.of(
            "fhirUser",
            "Practitioner/kc-doctor",
            "purpose_of_use",
            "TREAT",
            "organization",
            "kc-hospital",
            "patient",
            "kc-patient"));
    Keycloak.addUser(
        realm,
        "stranger",
        clinician,
        Map.of("fhirUser", "Practitioner/kc-stranger", "purpose_of_use", "TREAT"));
    for (String[] patient : new String[][] {{"patient", "kc-patient"}, {"neighbour", "kc-other"}}) {
      Keycloak.addUser(
          realm,
          patient[0],
          List.of(),
          Map.of(
              "fhirUser",
              "Patient/" + patient[1],
              "purpose_of_use",
              "PATRQT",
              "patient",
              patient[1]));
    }
    Keycloak.addUser(
        realm, "manager", List.of("operator"), Map.of("fhirUser", "Practitioner/kc-manager"));
    Keycloak.addUser(
        realm, "clerk", List.of("registrar"), Map.of("fhirUser", "Practitioner/kc-clerk"));
    Keycloak.addUser(
        realm,
        "officer",
        List.of("compliance-officer"),
        Map.of("fhirUser", "Practitioner/kc-officer"));
    service.enter(realm);
    ArrayNode clients = (ArrayNode) realm.path("clients");
    ObjectNode elsewhere = clients.get(0).deepCopy();
    elsewhere.put("clientId", "an-app-of-another-api");
    elsewhere.putArray("defaultClientScopes").add("basic");
    clients.add(elsewhere);
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
    if (keycloak != null) {
      keycloak.close();
    }
  }

  private void seed() throws Exception {
    String loader = service.tokens(keycloak, "system/*.cruds").path("access_token").asText();
    put(loader, "Practitioner/kc-doctor", "");
    for (String patient : List.of("kc-patient", "kc-other")) {
      put(loader, "Patient/" + patient, "");
      for (String category : List.of("laboratory", "vital-signs")) {
        put(
            loader,
            "Observation/" + patient + "-" + category,
            ",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/%s\"},\"category\":[{\"coding\":[{\"system\":\"%s\",\"code\":\"%s\"}]}]"
                .formatted(patient, CATEGORIES.replace("|", ""), category));
      }
    }
    consent(loader, "patient", "kc-patient");
    consent(loader, "neighbour", "kc-other");
  }

  private void put(String token, String path, String more) {
    String type = path.substring(0, path.indexOf('/'));
    String id = path.substring(path.indexOf('/') + 1);
    HttpResponse<String> answer =
        ask(
            token,
            "PUT",
            path,
            "{\"resourceType\":\"%s\",\"id\":\"%s\"%s}".formatted(type, id, more));
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
  }

  private void consent(String loader, String user, String patient) throws Exception {
    String own = person("an-app", user, "patient/*.cruds launch/patient");
    HttpResponse<String> enrolled =
        ask(
            own,
            "POST",
            "Patient/" + patient + "/$enroll-key",
            "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"custody\",\"valueString\":\"server\"}]}");
    assertThat(enrolled.statusCode()).as(enrolled.body()).isEqualTo(200);
    put(
        loader,
        "Consent/c-" + patient,
        """
        ,"status":"active",
        "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
        "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
        "patient":{"reference":"Patient/%s"},
        "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]},
        "provision":{"type":"permit","actor":[{"role":{"coding":[{"code":"IRCP","system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType"}]},
         "reference":{"reference":"Practitioner/kc-doctor"}}],
         "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}]}
        """
            .formatted(patient));
    HttpResponse<String> granted =
        ask(own, "POST", "Consent/c-" + patient + "/$grant", "{\"resourceType\":\"Parameters\"}");
    assertThat(granted.statusCode()).as(granted.body()).isEqualTo(200);
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                ask(own, "GET", "Consent/c-" + patient + "/$ledger-status", "")
                    .body()
                    .contains("granted"));
  }

  private String person(String client, String user, String scope)
      throws IOException, InterruptedException {
    JsonNode tokens = new KeycloakLogin(keycloak, client).tokens(user, scope);
    assertThat(tokens.path("access_token").asText()).as(tokens.toString()).isNotEmpty();
    return tokens.path("access_token").asText();
  }

  private HttpResponse<String> ask(String token, String method, String path, String body) {
    return server.send(
        HttpRequest.newBuilder(server.url("fhir/" + path))
            .header("Content-Type", "application/fhir+json")
            .header("Authorization", "Bearer " + token)
            .method(method, BodyPublishers.ofString(body)));
  }

  private int reads(String token, String path) {
    return ask(token, "GET", path, "").statusCode();
  }

  @Test
  @Order(1)
  @DisplayName("SIGN-1 a practitioner signs in with PKCE and reads what consents permit")
  void practitioner() throws Exception {
    String doctor = person("an-app", "doctor", "openid fhirUser user/*.rs");
    assertThat(reads(doctor, "Observation/kc-patient-laboratory")).isEqualTo(200);
    assertThat(reads(doctor, "Practitioner/kc-doctor")).isEqualTo(200);
    String stranger = person("an-app", "stranger", "openid fhirUser user/*.rs");
    assertThat(reads(stranger, "Observation/kc-patient-laboratory")).isEqualTo(403);
    assertThat(new KeycloakLogin(keycloak, "an-app").withoutPkce())
        .containsEntry("error", "invalid_request");
  }

  @Test
  @Order(2)
  @DisplayName("SIGN-1 a patient signs in and reads their own record")
  void patient() throws Exception {
    String own = person("an-app", "patient", "openid fhirUser patient/*.rs launch/patient");
    assertThat(reads(own, "Patient/kc-patient")).isEqualTo(200);
    assertThat(reads(own, "Observation/kc-patient-vital-signs")).isEqualTo(200);
    assertThat(reads(own, "Observation/kc-other-vital-signs")).isEqualTo(403);
  }

  @Test
  @Order(3)
  @DisplayName("SIGN-1 a launch context holds a practitioner to its patient")
  void launchContext() throws Exception {
    String launched = person("an-app", "doctor", "openid fhirUser patient/*.rs launch/patient");
    assertThat(reads(launched, "Observation/kc-patient-laboratory")).isEqualTo(200);
    assertThat(reads(launched, "Observation/kc-other-laboratory")).isEqualTo(403);
  }

  @Test
  @Order(3)
  @DisplayName(
      "SIGN-1 the id token says fhirUser and the access token organization and patient; beside the"
          + " tokens stands no patient")
  void told() throws Exception {
    JsonNode answer =
        new KeycloakLogin(keycloak, "an-app")
            .tokens("doctor", "openid fhirUser patient/*.rs launch/patient");
    assertThat(answer.has("access_token")).as(answer.toString()).isTrue();
    assertThat(answer.has("patient")).isFalse();
    assertThat(claims(answer, "id_token").path("fhirUser").asText())
        .isEqualTo("Practitioner/kc-doctor");
    JsonNode access = claims(answer, "access_token");
    assertThat(access.path("organization").asText()).isEqualTo("kc-hospital");
    assertThat(access.path("patient").asText()).isEqualTo("kc-patient");
    JsonNode other =
        claims(new KeycloakLogin(keycloak, "an-app").tokens("stranger", "openid"), "access_token");
    assertThat(other.path("fhirUser").asText()).isEqualTo("Practitioner/kc-stranger");
    assertThat(other.has("organization")).isFalse();
  }

  private static JsonNode claims(JsonNode answer, String token) {
    String payload = answer.path(token).asText().split("\\.", -1)[1];
    return Keycloak.read(new String(Base64.getUrlDecoder().decode(payload), UTF_8));
  }

  @Test
  @Order(4)
  @DisplayName("SIGN-5 a scope narrowed by search parameters is a client scope of that name")
  void narrowed() throws Exception {
    String token =
        person(
            "an-app",
            "patient",
            "launch/patient patient/Observation.rs?category=" + CATEGORIES + "laboratory");
    assertThat(reads(token, "Observation/kc-patient-laboratory")).isEqualTo(200);
    assertThat(reads(token, "Observation/kc-patient-vital-signs")).isEqualTo(403);
    assertThat(reads(token, "Patient/kc-patient")).isEqualTo(403);
  }

  @Test
  @Order(5)
  @DisplayName("SIGN-1 a service signs in with its key, and with no other")
  void backEndService() throws Exception {
    String token = service.tokens(keycloak, "system/Patient.rs").path("access_token").asText();
    assertThat(reads(token, "Patient?_count=1")).isEqualTo(200);
    assertThat(reads(token, "Observation?_count=1")).isEqualTo(403);
    JsonNode refused = KeycloakService.withNewKey().tokens(keycloak, "system/Patient.rs");
    assertThat(refused.path("error").asText()).isEqualTo("invalid_client");
  }

  @Test
  @Order(6)
  @DisplayName("SIGN-1 a token for another API is refused")
  void anotherAudience() throws Exception {
    String token = person("an-app-of-another-api", "doctor", "user/*.rs");
    HttpResponse<String> refused = ask(token, "GET", "Practitioner/kc-doctor", "");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("invalid_token");
  }

  @Test
  @Order(7)
  @DisplayName("SIGN-3 discovery names Keycloak's endpoints, PKCE by S256, and the scopes")
  void discovery() {
    JsonNode said = discovered();
    assertThat(said.path("token_endpoint").asText()).isEqualTo(keycloak.endpoint("token"));
    assertThat(said.path("end_session_endpoint").asText()).isEqualTo(keycloak.endpoint("logout"));
    assertThat(said.path("code_challenge_methods_supported").toString()).isEqualTo("[\"S256\"]");
    assertThat(said.path("capabilities").toString())
        .contains("launch-standalone", "client-confidential-asymmetric", "sso-openid-connect");
    assertThat(said.path("scopes_supported").toString())
        .contains("patient/*.rs", "patient/Observation.rs?category=" + CATEGORIES + "laboratory");
  }

  private JsonNode discovered() {
    return Keycloak.read(
        server
            .send(HttpRequest.newBuilder(server.url("fhir/.well-known/smart-configuration")))
            .body());
  }

  @Test
  @Order(8)
  @DisplayName(
      "SIGN-1 a role gives what reaches many people; who has it not is not given the scope")
  void roles() throws Exception {
    Map<String, Set<String>> meant =
        Map.of(
            "manager", Set.of("anchor/operator"),
            "clerk", Set.of("anchor/registrar"),
            "officer", Set.of("anchor/compliance.read", "user/AuditEvent.rs", "user/Provenance.rs"),
            "doctor", Set.of("user/*.cruds"),
            "patient", Set.of());
    for (Map.Entry<String, Set<String>> one : meant.entrySet()) {
      String asked = String.join(" ", WITH_A_ROLE);
      Set<String> given =
          new TreeSet<>(List.of(given("fhir-anchor-console", one.getKey(), asked).split(" ", -1)));
      given.retainAll(WITH_A_ROLE);
      assertThat(given).as(one.getKey()).isEqualTo(one.getValue());
    }
    assertThat(given("an-app", "patient", "user/*.cruds patient/*.rs"))
        .contains("patient/*.rs")
        .doesNotContain("user/");
    String without = person("an-app", "patient", "user/*.cruds");
    assertThat(reads(without, "Observation/kc-patient-laboratory")).isEqualTo(403);
  }

  private String given(String client, String user, String scope)
      throws IOException, InterruptedException {
    return new KeycloakLogin(keycloak, client).tokens(user, scope).path("scope").asText();
  }

  @Test
  @Order(9)
  @DisplayName("SIGN-1 nobody registers an app at Keycloak by themselves")
  void noOpenRegistration() {
    HttpResponse<String> answer =
        server.send(
            HttpRequest.newBuilder(URI.create(discovered().path("registration_endpoint").asText()))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"redirect_uris\":[\"https://evil.example/\"]}")));
    assertThat(answer.statusCode()).as(answer.body()).isIn(401, 403);
  }

  @Test
  @Order(10)
  @DisplayName("SIGN-1 while Keycloak is away tokens stay good, and after it people sign in again")
  void awayAndBack() throws Exception {
    String before = person("an-app", "doctor", "openid fhirUser user/*.rs");
    assertThat(reads(before, "Observation/kc-patient-laboratory")).isEqualTo(200);
    keycloak.close();
    assertThat(reads(before, "Observation/kc-patient-laboratory")).isEqualTo(200);
    discovery();
    keycloak.run();
    String after = person("an-app", "doctor", "openid fhirUser user/*.rs");
    // Its keys may be out of reach until it is asked for them again.
    await()
        .atMost(120, SECONDS)
        .until(() -> reads(after, "Observation/kc-patient-laboratory") == 200);
  }
}
