package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SignInDiscoveryTest {
  private final SignInServer server = SignInServer.shared();

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  @Test
  @DisplayName("SIGN-3 the SMART document says what the sign-in serves, and no other")
  void smart() {
    JsonNode said = SmartApp.get(server.fhir() + "/.well-known/smart-configuration").json();

    assertThat(said.path("issuer").asText()).isEqualTo(server.address());
    for (Map.Entry<String, String> endpoint :
        Map.of(
                "authorization_endpoint", "/oauth2/authorize",
                "token_endpoint", "/oauth2/token",
                "introspection_endpoint", "/oauth2/introspect",
                "revocation_endpoint", "/oauth2/revoke",
                "registration_endpoint", "/oauth2/register",
                "end_session_endpoint", "/oauth2/logout",
                "jwks_uri", "/oauth2/jwks")
            .entrySet()) {
      assertThat(said.path(endpoint.getKey()).asText())
          .isEqualTo(server.address() + endpoint.getValue());
    }
    assertThat(texts(said.path("code_challenge_methods_supported"))).containsExactly("S256");
    assertThat(texts(said.path("response_types_supported"))).containsExactly("code");
    assertThat(texts(said.path("capabilities")))
        .containsExactlyInAnyOrder(
            "authorize-post",
            "client-confidential-asymmetric",
            "client-confidential-symmetric",
            "client-public",
            "context-banner",
            "context-ehr-encounter",
            "context-ehr-patient",
            "context-standalone-encounter",
            "context-standalone-patient",
            "context-style",
            "launch-ehr",
            "launch-standalone",
            "permission-offline",
            "permission-online",
            "permission-patient",
            "permission-user",
            "permission-v1",
            "permission-v2",
            "sso-openid-connect");
    assertThat(texts(said.path("grant_types_supported")))
        .containsExactly("authorization_code", "client_credentials");
  }

  @Test
  @DisplayName("SIGN-3 OpenID Connect's document, OAuth's and SMART's say the same")
  void openId() {
    JsonNode smart = SmartApp.get(server.fhir() + "/.well-known/smart-configuration").json();
    for (String path :
        List.of("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")) {
      Answer answer = SmartApp.get(server.address() + path);
      assertThat(answer.status()).isEqualTo(200);
      JsonNode said = answer.json();
      for (String same :
          List.of(
              "issuer",
              "authorization_endpoint",
              "token_endpoint",
              "revocation_endpoint",
              "registration_endpoint",
              "introspection_endpoint",
              "jwks_uri",
              "token_endpoint_auth_methods_supported",
              "scopes_supported",
              "code_challenge_methods_supported")) {
        assertThat(said.path(same)).as(path + " " + same).isEqualTo(smart.path(same));
      }
      assertThat(said.path("authorization_response_iss_parameter_supported").asBoolean()).isTrue();
      said.fieldNames()
          .forEachRemaining(
              name -> assertThat(name).doesNotStartWith("device_").doesNotStartWith("dpop_"));
    }
    // The end of a session is OpenID Connect's: OAuth's own document has no word for it.
    assertThat(
            SmartApp.get(server.address() + "/.well-known/openid-configuration")
                .text("end_session_endpoint"))
        .isEqualTo(smart.path("end_session_endpoint").asText());
  }

  @Test
  @DisplayName("SIGN-3 the key set holds public keys alone, one for each kind of token")
  void keys() {
    JsonNode keys = SmartApp.get(server.address() + "/oauth2/jwks").json().path("keys");
    assertThat(keys).hasSize(2);
    keys.forEach(key -> assertThat(key.has("d")).isFalse());
    assertThat(keys.findValuesAsText("kty")).containsExactlyInAnyOrder("EC", "RSA");
  }

  @Test
  @DisplayName("SIGN-2 a token of make token is taken as before, by the same key")
  void minted() {
    Answer metrics =
        SmartApp.get(
            server.address() + "/actuator/prometheus",
            "Authorization",
            "Bearer " + server.minted(DemoRole.OPERATOR));
    assertThat(metrics.status()).isEqualTo(200);
  }

  @Test
  @DisplayName("CON-6 an operator reads the newest anchors with their transactions; nobody else")
  void anchors() {
    String anchors = server.address() + "/actuator/anchors";
    String operator = "Bearer " + server.minted(DemoRole.OPERATOR);
    SmartApp.console(server).signedIn("demo-clinician", "openid fhirUser");

    JsonNode newest =
        await()
            .atMost(Duration.ofMinutes(1))
            .until(
                () ->
                    SmartApp.get(anchors, "Authorization", operator)
                        .json()
                        .path("anchors")
                        .findParent("gasUsed"),
                found -> found != null && found.path("state").asText().equals("final"));

    assertThat(newest.path("size").asLong()).isPositive();
    assertThat(newest.path("block").asLong()).isPositive();
    assertThat(newest.path("gasUsed").asLong()).isGreaterThan(21_000);
    assertThat(newest.path("transaction").asText()).matches("0x[0-9a-f]{64}");
    assertThat(Instant.parse(newest.path("since").asText())).isBefore(Instant.now());
    assertThat(SmartApp.get(anchors).status()).isEqualTo(401);
    String doctor = "Bearer " + server.minted(DemoRole.PRACTITIONER);
    assertThat(SmartApp.get(anchors, "Authorization", doctor).status()).isEqualTo(403);
  }

  @Test
  @DisplayName(
      "CON-6 the ledger's nodes are told to operators alone; how many Consents are loaded, to all")
  void nodes() {
    String operator = "Bearer " + server.minted(DemoRole.OPERATOR);
    JsonNode nodes =
        SmartApp.get(server.address() + "/actuator/anchors", "Authorization", operator)
            .json()
            .path("nodes");
    assertThat(nodes).hasSize(1);
    assertThat(nodes.path(0).path("place").asText()).matches("127\\.0\\.0\\.1:[0-9]+");
    assertThat(nodes.path(0).path("state").asText()).isEqualTo("answers");
    assertThat(nodes.path(0).path("block").asLong()).isPositive();
    assertThat(Instant.parse(nodes.path(0).path("since").asText())).isBefore(Instant.now());

    Answer health = SmartApp.get(server.address() + "/actuator/health");
    JsonNode consents = health.json().path("components").path("consents").path("details");
    assertThat(consents.path("loaded").isIntegralNumber()).isTrue();
    assertThat(health.json().toString()).doesNotContain(nodes.path(0).path("place").asText());
  }

  @Test
  @DisplayName(
      "SIGN-2 an app that an EHR launches is told whose record was open, once and to its own")
  void launch() {
    String uri = "http://localhost:9126/launch";
    Answer registered =
        SmartApp.register(
            server,
            "{\"redirect_uris\":[\"http://localhost:9126/\"],\"launch_uri\":\""
                + uri
                + "\","
                + "\"token_endpoint_auth_method\":\"none\"}");
    SmartApp app = new SmartApp(server, registered.text("client_id"), "http://localhost:9126/");
    Browser browser = new Browser(server.address());
    Page ehr = browser.signInAs(browser.get(server.address() + "/oauth2/launch"), "demo-clinician");
    Page launched =
        browser.post(
            server.address() + "/oauth2/launch",
            Map.of("patient", "p-7", "app", app.clientId(), "_csrf", ehr.hidden("_csrf")));
    assertThat(launched.at().toString()).startsWith(uri + "?iss=");
    assertThat(launched.query()).containsEntry("iss", server.fhir());

    Map<String, String> asks = app.asks("launch patient/*.rs");
    asks.put("launch", launched.query().get("launch"));
    Page back = browser.allow(browser.get(app.authorize(asks)), Map.of());
    assertThat(app.token(app.exchange(SmartApp.code(back))).text("patient")).isEqualTo("p-7");

    Map<String, String> other = SmartApp.registered(server).asks("launch patient/*.rs");
    other.put("launch", launched.query().get("launch"));
    assertThat(browser.get(app.authorize(other)).query()).containsEntry("error", "invalid_request");
  }
}
