package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole launches as the kits for SMART run them; docs/verify/smart.md has the kits' ids. */
final class SmartKitsTest {
  private static final String NOT_ACTIVE = "{\"active\":false}";
  private static final String CALLBACK = "http://localhost:9127/callback";
  private static final String CONTEXT = "launch/patient openid fhirUser offline_access ";
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

  private Answer registered(String method, String more) {
    Answer answer =
        SmartApp.register(
            server,
            "{\"redirect_uris\":[\"%s\"],\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
                    .formatted(CALLBACK)
                + "\"token_endpoint_auth_method\":\"%s\"%s}".formatted(method, more));
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
    return answer;
  }

  private SmartApp app(Answer registered) {
    return new SmartApp(server, registered.text("client_id"), CALLBACK);
  }

  private TokenClient withSecret() {
    Answer answer = registered(App.SECRET, "");
    String basic = answer.text("client_id") + ":" + answer.text("client_secret");
    String header =
        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8));
    return new TokenClient(app(answer), Map.of(), List.of("Authorization", header));
  }

  private TokenClient withoutSecret() {
    SmartApp app = app(registered(App.NONE, ""));
    return new TokenClient(app, Map.of("client_id", app.clientId()), List.of());
  }

  private static String scopes(Stream<String> types, String permissions) {
    return CONTEXT
        + types.map(type -> "patient/" + type + permissions).collect(Collectors.joining(" "));
  }

  private Answer launched(TokenClient client, String scope) {
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(
            browser.get(client.app().authorize(client.app().asks(scope))), "demo-patient");
    return exchanged(client, browser.allow(ask, Map.of()));
  }

  private static Answer exchanged(TokenClient client, Page back) {
    Answer token = client.token(client.app().exchange(SmartApp.code(back)));
    assertThat(token.status()).as(token.response().body()).isEqualTo(200);
    assertThat(token.header("Cache-Control")).contains("no-store");
    assertThat(token.header("Pragma")).isEqualTo("no-cache");
    assertThat(token.text("patient")).isEqualTo("demo-patient");
    return token;
  }

  private int read(TokenClient client, String path, Answer token) {
    return client.app().read(path, token.text("access_token")).status();
  }

  private static String search(String type) {
    return type + (type.equals("Patient") ? "?_id=" : "?patient=") + "demo-patient";
  }

  private static List<String> said(Answer token) {
    return List.of(token.text("scope").split(" "));
  }

  @Test
  @DisplayName(
      "SIGN-4 g10_smart_standalone_patient_app: all scopes are given, and open each type; a token"
          + " is wanted; the refreshed one reads the patient too")
  void standalonePatientApp() {
    TokenClient client = withSecret();
    String asked = scopes(TYPES.stream(), ".rs");
    Answer token = launched(client, asked);

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
    TokenClient client = withSecret();
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
    TokenClient client = withSecret();
    Answer token = launched(client, scopes(TYPES.stream(), ".read"));

    assertThat(said(token)).contains(CONTEXT.trim().split(" "));
    for (String type : TYPES) {
      assertThat(said(token)).containsAnyOf("patient/" + type + ".read", "patient/" + type + ".rs");
      assertThat(read(client, search(type), token)).as(type).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("SIGN-4 g10_public_standalone_launch: without a secret, with an id token")
  void publicLaunch() {
    TokenClient client = withoutSecret();
    Answer token = launched(client, CONTEXT + "patient/*.rs");

    assertThat(token.text("id_token")).isNotEmpty();
    assertThat(read(client, "Patient/demo-patient", token)).isEqualTo(200);
  }

  @Test
  @DisplayName("SIGN-4 g10_asymmetric_launch: a signed assertion for the code, and for the refresh")
  void asymmetricLaunch() throws JOSEException {
    ECKey key = new ECKeyGenerator(Curve.P_384).keyUse(KeyUse.SIGNATURE).keyID("k").generate();
    SmartApp app =
        app(registered(App.ASSERTION, ",\"jwks\":" + new JWKSet(key.toPublicJWK()).toString()));
    Answer token = launched(asserted(app, key), CONTEXT + "patient/*.rs");

    assertThat(token.text("id_token")).isNotEmpty();
    Answer refreshed = asserted(app, key).refresh(token.text("refresh_token"));
    assertThat(refreshed.status()).as(refreshed.response().body()).isEqualTo(200);
    assertThat(read(asserted(app, key), "Patient/demo-patient", refreshed)).isEqualTo(200);
    assertThat(asserted(app, key).refresh("no-token").status()).isBetween(400, 401);
  }

  private TokenClient asserted(SmartApp app, ECKey key) throws JOSEException {
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
    return new TokenClient(
        app,
        Map.of(
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion",
            assertion.serialize()),
        List.of());
  }

  @Test
  @DisplayName(
      "SIGN-4 g10_smart_ehr_practitioner_app: the app is told the patient, the visit and a style;"
          + " an introspection and a refresh say them again")
  void ehrLaunchAtAVisit() {
    String visit = visit();
    assertThat(visit).matches("[A-Za-z0-9.-]+");
    String uri = "http://localhost:9127/launch";
    Answer registered = registered(App.SECRET_IN_BODY, ",\"launch_uri\":\"" + uri + "\"");
    SmartApp app = app(registered);
    Map<String, String> secret =
        Map.of("client_id", app.clientId(), "client_secret", registered.text("client_secret"));
    TokenClient client = new TokenClient(app, secret, List.of());
    Browser browser = new Browser(server.address());
    Page ehr = browser.signInAs(browser.get(server.address() + "/oauth2/launch"), "demo-clinician");
    Map<String, String> picked =
        new LinkedHashMap<>(
            Map.of("patient", "demo-patient", "encounter", visit, "app", app.clientId()));
    picked.put("_csrf", ehr.hidden("_csrf"));
    Page sent = browser.post(server.address() + "/oauth2/launch", picked);

    Map<String, String> asks =
        app.asks("launch openid fhirUser offline_access user/Encounter.rs user/Patient.rs");
    asks.put("launch", sent.query().get("launch"));
    Answer token = exchanged(client, browser.allow(browser.get(app.authorize(asks)), Map.of()));
    Answer refreshed = client.refresh(token.text("refresh_token"));
    Map<String, String> introspected = new LinkedHashMap<>(secret);
    introspected.put("token", refreshed.text("access_token"));

    for (Answer told :
        List.of(
            token,
            refreshed,
            SmartApp.post(server.address() + "/oauth2/introspect", introspected))) {
      assertThat(told.text("patient")).as(told.response().body()).isEqualTo("demo-patient");
      assertThat(told.text("encounter")).isEqualTo(visit);
      assertThat(told.json().path("need_patient_banner").asBoolean()).isTrue();
      assertThat(told.text("smart_style_url")).startsWith(server.address() + "/");
    }
    isStyle(token.text("smart_style_url"));
    introspected.put("token", token.text("id_token"));
    Answer idToken = SmartApp.post(server.address() + "/oauth2/introspect", introspected);
    assertThat(idToken.response().body()).as("an id token opens nothing").isEqualTo(NOT_ACTIVE);
  }

  /** The patient is there since somebody signed in. */
  private String visit() {
    SmartApp.console(server).signedIn("demo-patient", "openid");
    Answer stored =
        SmartApp.postJson(
            server.fhir() + "/Encounter",
            "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"code\":\"AMB\"},"
                + "\"subject\":{\"reference\":\"Patient/demo-patient\"}}",
            "Authorization",
            "Bearer " + server.minted(DemoRole.LOADER));
    assertThat(stored.status()).as(stored.response().body()).isEqualTo(201);
    return stored.header("Location").replaceAll(".*/Encounter/([^/]+).*", "$1");
  }

  private static void isStyle(String address) {
    Answer style = SmartApp.get(address, "Origin", "http://localhost:3000");
    assertThat(style.status()).isEqualTo(200);
    assertThat(style.header("Content-Type")).startsWith("application/json");
    assertThat(style.header("Access-Control-Allow-Origin")).isNotEmpty();
    assertThat(style.header("Cache-Control")).contains("immutable");
    assertThat(style.text("color_background")).matches("#[0-9a-f]{6}");
    assertThat(style.text("dim_font_size")).isEqualTo("16px");
    style
        .json()
        .fieldNames()
        .forEachRemaining(
            name -> assertThat(name).matches("(?:color|dim)_[a-z_]+|font_family_[a-z]+"));
  }

  @Test
  @DisplayName(
      "SIGN-4 context-standalone-encounter: with launch/encounter the person names the visit, which"
          + " the app may read; without it no visit is told")
  void visitIsPicked() {
    String visit = visit();
    TokenClient client = withoutSecret();
    String scope = CONTEXT + "launch/encounter patient/*.rs";
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(
            browser.get(client.app().authorize(client.app().asks(scope))), "demo-patient");
    assertThat(browser.allow(ask, Map.of("encounter", "a/b")).status()).isEqualTo(400);

    Answer token =
        exchanged(
            client,
            browser.allow(
                browser.get(client.app().authorize(client.app().asks(scope))),
                Map.of("encounter", visit)));

    assertThat(said(token)).contains("launch/encounter");
    assertThat(token.text("encounter")).isEqualTo(visit);
    assertThat(read(client, "Encounter/" + visit, token)).isEqualTo(200);
    Answer without = launched(withoutSecret(), CONTEXT + "patient/*.rs");
    assertThat(without.json().has("encounter")).isFalse();
  }

  @Test
  @DisplayName("SIGN-4 g10_ehr_patient_launch: an EHR launches the app with scopes of the patient")
  void ehrPatientLaunch() {
    String uri = "http://localhost:9127/launch";
    SmartApp app = app(registered(App.NONE, ",\"launch_uri\":\"" + uri + "\""));
    TokenClient client = new TokenClient(app, Map.of("client_id", app.clientId()), List.of());
    Browser browser = new Browser(server.address());
    Page ehr = browser.signInAs(browser.get(server.address() + "/oauth2/launch"), "demo-patient");
    Page sent =
        browser.post(
            server.address() + "/oauth2/launch",
            Map.of("patient", "demo-patient", "app", app.clientId(), "_csrf", ehr.hidden("_csrf")));
    assertThat(sent.at().toString()).startsWith(uri + "?");
    assertThat(sent.query()).containsEntry("iss", server.fhir()).containsKey("launch");

    Map<String, String> asks = app.asks("launch openid fhirUser patient/Patient.rs");
    asks.put("launch", sent.query().get("launch"));
    Answer token = exchanged(client, browser.allow(browser.get(app.authorize(asks)), Map.of()));

    assertThat(said(token)).contains("patient/Patient.rs", "launch");
    assertThat(token.json().path("need_patient_banner").isBoolean()).isTrue();
    assertThat(read(client, "Patient/demo-patient", token)).isEqualTo(200);
  }

  @ParameterizedTest
  @DisplayName("SIGN-4 smart_app_redirect_stu2: the request may be sent as a form (authorize-post)")
  @ValueSource(strings = {CONTEXT + "patient/*.rs", "patient/Observation.rs launch/patient"})
  void postedRequest(String scope) {
    TokenClient client = withoutSecret();
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
    SmartApp app = withoutSecret().app();
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
