package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fhiranchor.server.signin.SmartKit.CONTEXT;
import static org.fhiranchor.server.signin.SmartKit.exchanged;
import static org.fhiranchor.server.signin.SmartKit.read;
import static org.fhiranchor.server.signin.SmartKit.said;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.fhiranchor.server.signin.SmartKit.Client;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole launches as the kits for SMART run them; docs/verify/smart.md has the kits' ids. */
final class SmartKitsTest {
  private static final List<String> TYPES =
      List.of(
          "Patient",
          "AllergyIntolerance",
          "CarePlan",
          "CareTeam",
          "Condition",
          "Coverage",
          "Device",
          "DiagnosticReport",
          "DocumentReference",
          "Encounter",
          "Goal",
          "Immunization",
          "MedicationDispense",
          "MedicationRequest",
          "Observation",
          "Procedure",
          "ServiceRequest",
          "Specimen");

  private final SignInServer server = SignInServer.shared();
  private final SmartKit kit = new SmartKit(server);

  private static String scopes(Stream<String> types, String permissions) {
    return CONTEXT
        + types.map(type -> "patient/" + type + permissions).collect(Collectors.joining(" "));
  }

  private static String search(String type) {
    return type + (type.equals("Patient") ? "?_id=" : "?patient=") + "demo-patient";
  }

  @Test
  @DisplayName(
      "SIGN-4 g10_smart_standalone_patient_app: all scopes are given, and open each type; a token"
          + " is wanted; the refreshed one reads the patient too")
  void standalonePatientApp() {
    Client client = kit.withSecret();
    String asked = scopes(TYPES.stream(), ".rs");
    Answer token = kit.launched(client, asked);

    assertThat(said(token)).containsExactlyInAnyOrder(asked.split(" "));
    assertThat(SmartApp.get(server.fhir() + "/Patient/demo-patient").status()).isEqualTo(401);
    assertThat(read(client, "Patient/demo-patient", token)).isEqualTo(200);
    for (String type : TYPES) {
      assertThat(read(client, search(type), token)).as(type).isEqualTo(200);
    }

    Answer refreshed = client.refresh(token.text("refresh_token"));
    assertThat(refreshed.status()).as(refreshed.response().body()).isEqualTo(200);
    assertThat(refreshed.header("Cache-Control")).contains("no-store");
    assertThat(refreshed.header("Pragma")).isEqualTo("no-cache");
    assertThat(said(refreshed)).containsExactlyInAnyOrder(asked.split(" "));
    assertThat(refreshed.text("patient")).isEqualTo("demo-patient");
    assertThat(read(client, "Patient/demo-patient", refreshed)).isEqualTo(200);
    assertThat(client.refresh("no-token").status()).isBetween(400, 401);
  }

  @Test
  @DisplayName("SIGN-4 g10_smart_limited_app: what the person leaves out is not given, and is shut")
  void limitedApp() {
    Client client = kit.withSecret();
    List<String> left = List.of("Patient", "Condition", "Observation");
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(
            browser.get(client.app().authorize(client.app().asks(scopes(TYPES.stream(), ".rs")))),
            "demo-patient");
    List<String> given = List.of(scopes(left.stream(), ".rs").split(" "));
    Answer token = exchanged(client, browser.allow(ask, given, Map.of()));

    assertThat(said(token)).containsExactlyInAnyOrderElementsOf(given);
    assertThat(read(client, "Patient/demo-patient", token)).isEqualTo(200);
    for (String type : TYPES) {
      assertThat(read(client, search(type), token))
          .as(type)
          .isEqualTo(left.contains(type) ? 200 : 403);
    }
  }

  @Test
  @DisplayName("SIGN-4 g10_smart_v1_scopes: scopes of version 1 are given and open each type")
  void scopesOfVersionOne() {
    Client client = kit.withSecret();
    Answer token = kit.launched(client, scopes(TYPES.stream(), ".read"));

    assertThat(said(token)).contains(CONTEXT.trim().split(" "));
    for (String type : TYPES) {
      assertThat(said(token)).containsAnyOf("patient/" + type + ".read", "patient/" + type + ".rs");
      assertThat(read(client, search(type), token)).as(type).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("SIGN-4 g10_public_standalone_launch: without a secret, with an id token")
  void publicLaunch() {
    Client client = kit.withoutSecret();
    Answer token = kit.launched(client, CONTEXT + "patient/*.rs");

    assertThat(token.text("id_token")).isNotEmpty();
    assertThat(read(client, "Patient/demo-patient", token)).isEqualTo(200);
  }

  @Test
  @DisplayName("SIGN-4 g10_asymmetric_launch: a signed assertion for the code, and for the refresh")
  void asymmetricLaunch() throws JOSEException {
    ECKey key = new ECKeyGenerator(Curve.P_384).keyUse(KeyUse.SIGNATURE).keyID("k").generate();
    SmartApp app =
        kit.app(
            kit.registered(App.ASSERTION, ",\"jwks\":" + new JWKSet(key.toPublicJWK()).toString()));
    Answer token = kit.launched(asserted(app, key), CONTEXT + "patient/*.rs");

    assertThat(token.text("id_token")).isNotEmpty();
    Answer refreshed = asserted(app, key).refresh(token.text("refresh_token"));
    assertThat(refreshed.status()).as(refreshed.response().body()).isEqualTo(200);
    assertThat(read(asserted(app, key), "Patient/demo-patient", refreshed)).isEqualTo(200);
    assertThat(asserted(app, key).refresh("no-token").status()).isBetween(400, 401);
  }

  private Client asserted(SmartApp app, ECKey key) throws JOSEException {
    SignedJWT assertion =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(app.clientId())
                .subject(app.clientId())
                .audience(server.address() + "/oauth2/token")
                .expirationTime(Date.from(Instant.now().plusSeconds(240)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    assertion.sign(new ECDSASigner(key));
    return new Client(
        app,
        Map.of(
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion",
            assertion.serialize()),
        List.of());
  }

  @ParameterizedTest
  @DisplayName("SIGN-4 smart_app_redirect_stu2: the request may be sent as a form (authorize-post)")
  @ValueSource(strings = {CONTEXT + "patient/*.rs", "patient/Observation.rs launch/patient"})
  void postedRequest(String scope) {
    Client client = kit.withoutSecret();
    Map<String, String> asks = client.app().asks(scope);
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(
            browser.post(server.address() + "/oauth2/authorize", asks), "demo-patient");
    Page back = browser.allow(ask, Map.of());

    assertThat(back.query()).containsEntry("state", asks.get("state"));
    assertThat(said(exchanged(client, back))).containsExactlyInAnyOrder(scope.split(" "));
  }

  @Test
  @DisplayName("SIGN-4 a form passes by no check, and one that is too long is refused")
  void postedTricks() {
    SmartApp app = kit.withoutSecret().app();
    Map<String, String> elsewhere = app.asks("patient/*.rs");
    elsewhere.put("redirect_uri", "https://evil.example/");
    Map<String, String> plain = app.asks("patient/*.rs");
    plain.put("code_challenge_method", "plain");
    Map<String, String> noState = app.asks("patient/*.rs");
    noState.put("scope", "patient/*.rs\r\nSet-Cookie: a=b");
    Map<String, String> tooLong = app.asks("x".repeat(6_000));

    assertThat(posted(elsewhere).status()).isEqualTo(400);
    assertThat(posted(plain).query()).containsEntry("error", "invalid_request");
    assertThat(posted(noState).header("Set-Cookie")).doesNotContain("a=b");
    assertThat(posted(tooLong).status()).isEqualTo(414);
  }

  private Page posted(Map<String, String> asks) {
    return new Browser(server.address()).post(server.address() + "/oauth2/authorize", asks);
  }
}
