package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
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
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistrationTest {
  private static final String APP =
      "{\"redirect_uris\":[\"%s\"],\"token_endpoint_auth_method\":\"%s\"}";
  private static final String CALLBACK = "http://localhost:9124/callback";

  private final SignInServer server = SignInServer.shared();

  @Test
  @DisplayName(
      "SIGN-2 an app registers, is allowed what the person agrees to, and is told the patient")
  void register() {
    SmartApp app = SmartApp.registered(server);
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(
            browser.get(app.authorize(app.asks("launch/patient patient/*.rs online_access"))),
            "demo-clinician");
    assertThat(ask.status()).isEqualTo(200);
    assertThat(ask.body()).contains("&lt;b&gt;An app&lt;/b&gt;").doesNotContain("<b>");
    assertThat(ask.body()).doesNotContain("demo-patient");
    assertThat(ask.body()).contains("know whose record it is about", "come back without you");

    Page back = browser.allow(ask, Map.of("patient", "demo-patient"));

    Answer token = app.token(app.exchange(SmartApp.code(back)));
    assertThat(token.text("patient")).isEqualTo("demo-patient");
    assertThat(token.json().path("need_patient_banner").asBoolean()).isTrue();
    assertThat(token.text("scope").split(" "))
        .containsExactlyInAnyOrder("launch/patient", "patient/*.rs", "online_access");
  }

  @Test
  @DisplayName("SIGN-2 who does not allow it sends the app away with access_denied")
  void deny() {
    SmartApp app = SmartApp.registered(server);
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(browser.get(app.authorize(app.asks("patient/*.rs"))), "demo-patient");

    Page back =
        browser.post(
            server.address() + "/oauth2/authorize",
            Map.of("client_id", ask.hidden("client_id"), "state", ask.hidden("state")));

    assertThat(back.query()).containsEntry("error", "access_denied");
  }

  @Test
  @DisplayName(
      "SIGN-2e a refresh token, good once, comes with offline_access to an app that registered for"
          + " refresh_token; any other is not told that it may come back")
  void comingBack() {
    String id = SmartApp.register(server, APP.formatted(CALLBACK, "none")).text("client_id");
    SmartApp plain = new SmartApp(server, id, CALLBACK);
    for (SmartApp app : List.of(SmartApp.registered(server), plain)) {
      Browser browser = new Browser(server.address());
      Map<String, String> asks = app.asks("openid user/*.rs offline_access");
      Page back =
          browser.allow(
              browser.signInAs(browser.get(app.authorize(asks)), "demo-clinician"), Map.of());

      Answer token = app.token(app.exchange(SmartApp.code(back)));
      boolean comesBack = !app.equals(plain);
      assertThat(token.json().has("refresh_token")).isEqualTo(comesBack);
      assertThat(token.text("scope").contains("offline_access")).isEqualTo(comesBack);
      if (comesBack) {
        String first = token.text("refresh_token");
        assertThat(app.refresh(first).text("refresh_token")).isNotEmpty().isNotEqualTo(first);
        assertThat(app.refresh(first).status()).isEqualTo(400);
      }
    }
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 an app elsewhere, or whose address could lead elsewhere, is not registered")
  @ValueSource(
      strings = {
        "https://evil.example/",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "http://evil.example@localhost/",
        "http://localhost/#x",
        "http://localhost/a/../b",
        "http://localhost/*",
        "http://localhost/\\\\evil.example",
        "javascript:alert(1)",
        "app://x",
        "//localhost/",
        "localhost",
        "",
        "http://[::1].evil.example/",
        "http://0.0.0.0/"
      })
  void loopbackAlone(String uri) {
    Answer refused = SmartApp.register(server, APP.formatted(uri, "none"));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text("error")).isEqualTo("invalid_redirect_uri");
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 what cannot be registered is refused with the reason")
  @ValueSource(
      strings = {
        "[]",
        "null",
        "{",
        "{\"redirect_uris\":7}",
        "{\"redirect_uris\":[7]}",
        "{\"redirect_uris\":[]}",
        "{\"redirect_uris\":[\"http://localhost/\"],\"grant_types\":[\"password\"]}",
        "{\"redirect_uris\":[\"http://localhost/\"],\"grant_types\":[\"implicit\"]}",
        "{\"redirect_uris\":[\"http://localhost/\"],\"token_endpoint_auth_method\":\"tls_client_auth\"}",
        "{\"redirect_uris\":[\"http://localhost/\"],\"jwks_uri\":\"http://localhost/keys\"}",
        "{\"redirect_uris\":[\"http://localhost/\"],\"token_endpoint_auth_method\":\"private_key_jwt\"}",
        "{\"redirect_uris\":[\"http://localhost/\"],\"launch_uri\":\"https://evil.example/\"}"
      })
  void malformed(String metadata) {
    Answer refused = SmartApp.register(server, metadata);

    assertThat(refused.status()).as(refused.response().body()).isEqualTo(400);
    assertThat(refused.text("error")).isIn("invalid_client_metadata", "invalid_redirect_uri");
  }

  @Test
  @DisplayName("SIGN-2 no page of another site registers anything with a form")
  void noForm() {
    assertThat(
            SmartApp.post(
                    server.address() + "/oauth2/register",
                    Map.of(APP.formatted(CALLBACK, "none"), ""))
                .status())
        .isEqualTo(415);
  }

  @Test
  @DisplayName(
      "SIGN-4 a token is introspected as active, and once revoked as inactive and nothing else")
  void introspection() {
    Answer reader = SmartApp.register(server, APP.formatted(CALLBACK, App.SECRET));
    assertThat(reader.status()).as(reader.response().body()).isEqualTo(201);
    SmartApp console = SmartApp.console(server);
    Answer token =
        console.signedIn("demo-patient", "openid online_access launch/patient patient/*.rs");

    Answer active = introspect(reader, token.text("access_token"));
    assertThat(active.json().path("active").asBoolean()).as(active.response().body()).isTrue();
    assertThat(active.text("iss")).isEqualTo(server.address());
    assertThat(active.text("sub")).isEqualTo("demo-patient");
    assertThat(active.text("fhirUser")).isEqualTo(server.fhir() + "/Patient/demo-patient");
    assertThat(active.text("client_id")).isEqualTo(Apps.CONSOLE);
    assertThat(active.text("patient")).isEqualTo("demo-patient");
    assertThat(active.text("scope")).contains("patient/*.rs");
    assertThat(active.json().path("exp").asLong()).isGreaterThan(Instant.now().getEpochSecond());

    console.revoke(token.text("refresh_token"));
    assertThat(introspect(reader, token.text("access_token")).response().body())
        .isEqualTo("{\"active\":false}");
    assertThat(introspect(reader, "no-token").json().path("active").asBoolean()).isFalse();
    assertThat(
            SmartApp.post(
                    server.address() + "/oauth2/introspect",
                    Map.of("token", token.text("access_token"), "client_id", Apps.CONSOLE))
                .status())
        .isEqualTo(401);
  }

  private Answer introspect(Answer reader, String token) {
    String basic = reader.text("client_id") + ":" + reader.text("client_secret");
    return SmartApp.post(
        server.address() + "/oauth2/introspect",
        Map.of("token", token),
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)));
  }

  static Stream<Arguments> keys() throws JOSEException {
    return Stream.of(
        Arguments.of(
            "ES384",
            new ECKeyGenerator(Curve.P_384).keyUse(KeyUse.SIGNATURE).keyID("k").generate()),
        Arguments.of(
            "RS384", new RSAKeyGenerator(2048).keyUse(KeyUse.SIGNATURE).keyID("k").generate()));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName(
      "SIGN-2g SIGN-4 a back-end service gets a token with a signed assertion, once for each")
  @MethodSource("keys")
  void service(String algorithm, JWK key) throws JOSEException {
    Answer service = registerService(key, "Bearer " + operator());
    assertThat(service.status()).as(service.response().body()).isEqualTo(201);
    String assertion = assertion(service, key, claims -> claims);

    Answer token = credentials(assertion, "client_credentials", "system/*.rs");
    assertThat(token.status()).as(token.response().body()).isEqualTo(200);
    assertThat(token.header("Cache-Control")).contains("no-store");
    assertThat(token.text("scope")).isEqualTo("system/*.rs");
    assertThat(SmartApp.console(server).read("Organization", token.text("access_token")).status())
        .isEqualTo(200);

    assertThat(credentials(assertion, "client_credentials", "system/*.rs").text("error"))
        .isEqualTo("invalid_client");
    String another = assertion(service, key, claims -> claims);
    assertThat(credentials(another, "password", "system/*.rs").status()).isEqualTo(400);
    assertThat(credentials("no.j.wt", "client_credentials", "system/*.rs").status())
        .isBetween(400, 401);
    Map<String, String> otherType =
        asks(assertion(service, key, claims -> claims), "client_credentials", "system/*.rs");
    otherType.put("client_assertion_type", "not_an_assertion_type");
    isNoClient(SmartApp.post(server.address() + "/oauth2/token", otherType), 400);
    otherType.put("client_id", service.text("client_id"));
    isNoClient(SmartApp.post(server.address() + "/oauth2/token", otherType), 400);
  }

  @Test
  @DisplayName(
      "SIGN-4 who is no client is told so in JSON, with 400; who says it in a header, with 401 and"
          + " a challenge")
  void noClient() {
    String token = server.address() + "/oauth2/token";
    Map<String, String> form = Map.of("grant_type", "client_credentials", "scope", "system/*.rs");
    isNoClient(SmartApp.post(token, form), 400);
    isNoClient(SmartApp.post(token, form, "Authorization", "Basic eDp5"), 401);
    isNoClient(SmartApp.post(token, form, "Authorization", "Bearer x"), 401);
    isNoClient(SmartApp.post(server.address() + "/oauth2/introspect", Map.of("token", "x")), 401);
    isNoClient(SmartApp.post(server.address() + "/oauth2/revoke", Map.of("token", "x")), 400);
  }

  private static void isNoClient(Answer answer, int status) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
    assertThat(answer.response().body()).isEqualTo("{\"error\":\"invalid_client\"}");
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(answer.header("WWW-Authenticate").startsWith("Basic ")).isEqualTo(status == 401);
  }

  @Test
  @DisplayName(
      "SIGN-4 an assertion of another key, for another place, too long or too old is refused")
  void badAssertions() throws JOSEException {
    ECKey key = new ECKeyGenerator(Curve.P_384).keyUse(KeyUse.SIGNATURE).keyID("k").generate();
    ECKey other = new ECKeyGenerator(Curve.P_384).keyUse(KeyUse.SIGNATURE).keyID("k").generate();
    Answer service = registerService(key, "Bearer " + operator());

    refused(assertion(service, other, claims -> claims));
    refused(assertion(service, key, claims -> claims.audience("https://example.org/token")));
    refused(assertion(service, key, claims -> claims.subject("somebody")));
    refused(assertion(service, key, claims -> claims.jwtID(null)));
    refused(assertion(service, key, claims -> claims.expirationTime(at(3_600))));
    refused(assertion(service, key, claims -> claims.expirationTime(at(-10))));
    refused(assertion(service, key, claims -> claims).replaceAll("[^.]*$", ""));
  }

  private void refused(String assertion) {
    Answer refused = credentials(assertion, "client_credentials", "system/*.rs");
    assertThat(refused.status()).as(refused.response().body()).isBetween(400, 401);
    assertThat(refused.json().has("access_token")).isFalse();
  }

  @Test
  @DisplayName("SIGN-2 without an operator's token nobody makes a back-end service")
  void noServiceForEverybody() throws JOSEException {
    ECKey key = new ECKeyGenerator(Curve.P_384).keyUse(KeyUse.SIGNATURE).keyID("k").generate();
    assertThat(registerService(key, "Bearer no").status()).isEqualTo(401);
    String clinician =
        SmartApp.console(server).signedIn("demo-clinician", "user/*.rs").text("access_token");
    assertThat(registerService(key, "Bearer " + clinician).status()).isEqualTo(401);
  }

  private Answer registerService(JWK key, String authorization) {
    return SmartApp.register(
        server,
        "{\"grant_types\":[\"client_credentials\"],\"token_endpoint_auth_method\":\"private_key_jwt\","
            + "\"scope\":\"system/*.rs\",\"jwks\":"
            + new JWKSet(key.toPublicJWK())
            + "}",
        "Authorization",
        authorization);
  }

  private String operator() {
    return server.minted(DemoRole.OPERATOR);
  }

  private static Date at(long seconds) {
    return Date.from(Instant.now().plusSeconds(seconds));
  }

  private String assertion(Answer service, JWK key, UnaryOperator<JWTClaimsSet.Builder> spoilt)
      throws JOSEException {
    String id = service.text("client_id");
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(id)
            .subject(id)
            .audience(server.address() + "/oauth2/token")
            .expirationTime(at(240))
            .jwtID(UUID.randomUUID().toString());
    SignedJWT assertion =
        new SignedJWT(
            new JWSHeader.Builder(algorithm(key)).keyID(key.getKeyID()).build(),
            spoilt.apply(claims).build());
    assertion.sign(
        key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey()));
    return assertion.serialize();
  }

  private static JWSAlgorithm algorithm(JWK key) {
    return key instanceof RSAKey ? JWSAlgorithm.RS384 : JWSAlgorithm.ES384;
  }

  private Answer credentials(String assertion, String grant, String scope) {
    return SmartApp.post(server.address() + "/oauth2/token", asks(assertion, grant, scope));
  }

  private static Map<String, String> asks(String assertion, String grant, String scope) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", grant);
    form.put("scope", scope);
    form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    form.put("client_assertion", assertion);
    return form;
  }
}
