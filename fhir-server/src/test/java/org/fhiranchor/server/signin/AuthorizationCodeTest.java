package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthorizationCodeTest {
  private static final String SCOPE = "openid fhirUser offline_access user/*.rs";

  private final SignInServer server = SignInServer.shared();
  private final SmartApp console = SmartApp.console(server);

  @Test
  @DisplayName("SIGN-4 a token answer is stored by nobody, and says scope, type and lifetime")
  void exchange() {
    Answer token = console.signedIn("demo-clinician", SCOPE);

    assertThat(token.status()).isEqualTo(200);
    assertThat(token.header("Cache-Control")).contains("no-store");
    assertThat(token.header("Pragma")).isEqualTo("no-cache");
    assertThat(token.text("token_type")).isEqualTo("Bearer");
    assertThat(token.json().path("expires_in").asInt()).isBetween(3500, 3600);
    assertThat(token.text("scope").split(" ")).contains("user/*.rs", "offline_access");
  }

  static Stream<Arguments> verifiers() {
    return Stream.of(
        Arguments.of("none", null),
        Arguments.of("blank", ""),
        Arguments.of("wrong", "another-verifier-of-forty-three-characters-0000"),
        Arguments.of("plain", SmartApp.challenge(SmartApp.VERIFIER)));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName(
      "SIGN-4 a code is worth nothing with a verifier that is missing, blank, wrong or plain")
  @MethodSource("verifiers")
  void pkce(String name, String verifier) {
    Map<String, String> form =
        console.exchange(console.code(new Browser(server.address()), "demo-clinician", SCOPE));
    form.remove("code_verifier");
    if (verifier != null) {
      form.put("code_verifier", verifier);
    }

    Answer refused = console.token(form);

    assertThat(refused.status()).as(refused.response().body()).isBetween(400, 401);
    assertThat(refused.text("error")).isIn("invalid_grant", "invalid_request", "invalid_client");
    assertThat(refused.json().has("access_token")).isFalse();
  }

  static Stream<Arguments> challenges() {
    return Stream.of(
        Arguments.of("none", null, null),
        Arguments.of("no method, which means plain", SmartApp.VERIFIER, null),
        Arguments.of("plain", SmartApp.VERIFIER, "plain"),
        Arguments.of("S256 of nothing", "", "S256"),
        Arguments.of("no SHA-256", "short", "S256"));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("SIGN-2 without a challenge by S256 no app gets a code")
  @MethodSource("challenges")
  void downgrade(String name, String challenge, String method) {
    Map<String, String> asks = console.asks(SCOPE);
    asks.remove("code_challenge");
    asks.remove("code_challenge_method");
    if (challenge != null) {
      asks.put("code_challenge", challenge);
    }
    if (method != null) {
      asks.put("code_challenge_method", method);
    }

    refusedAtTheApp(asks, "invalid_request");
  }

  @ParameterizedTest
  @DisplayName("SIGN-4 an aud that is not this server's FHIR base is refused")
  @ValueSource(strings = {"", "http://localhost:1/fhir", "https://example.org/fhir", "/fhir"})
  void audience(String aud) {
    Map<String, String> asks = console.asks(SCOPE);
    asks.put("aud", aud);

    refusedAtTheApp(asks, "invalid_request");
  }

  @Test
  @DisplayName("SIGN-4 a request without aud is refused")
  void noAudience() {
    Map<String, String> asks = console.asks(SCOPE);
    asks.remove("aud");

    refusedAtTheApp(asks, "invalid_request");
  }

  private void refusedAtTheApp(Map<String, String> asks, String error) {
    Page back = new Browser(server.address()).get(console.authorize(asks));

    assertThat(back.at().toString()).startsWith(console.redirectUri() + "?");
    assertThat(back.query()).containsEntry("error", error).doesNotContainKey("code");
    assertThat(back.query()).containsEntry("state", asks.get("state"));
    assertThat(back.query()).containsEntry("iss", server.address());
  }

  static Stream<Arguments> redirects() {
    return Stream.of(
            "",
            "https://evil.example/",
            "%s.evil.example/",
            "%s@evil.example/",
            "%s/../",
            "%s/?next=https://evil.example/",
            "%s/#fragment",
            "%s//evil.example/",
            "%s/%%2e%%2e/",
            "%s",
            "http://LOCALHOST:1/",
            "http://127.0.0.1:1/",
            "javascript:alert(1)",
            "data:text/html,x")
        .map(Arguments::of);
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 at an address that is not the app's, word by word, nobody is sent anything")
  @MethodSource("redirects")
  void redirectTricks(String uri) {
    Map<String, String> asks = console.asks(SCOPE);
    asks.put("redirect_uri", uri.formatted(server.address()));

    Page page = new Browser(server.address()).get(console.authorize(asks));

    assertThat(page.status()).isEqualTo(400);
    assertThat(page.at().toString()).startsWith(server.address() + "/oauth2/");
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 an app of 127.0.0.1 may open another port, and nothing else differs")
  @ValueSource(
      strings = {
        "http://127.0.0.1:9/callback#x",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1:9/callback?x",
        "http://127.0.0.1:9/Callback",
        "http://127.0.0.1:9/callback/",
        "http://127.0.0.1:9@evil.example/callback",
        "http://localhost:9123/callback",
        "https://127.0.0.1:9123/callback"
      })
  void portAlone(String uri) {
    SmartApp app = SmartApp.registered(server);
    Map<String, String> asks = app.asks(SCOPE);
    asks.put("redirect_uri", "http://127.0.0.1:9/callback");
    assertThat(new Browser(server.address()).get(app.authorize(asks)).body())
        .contains("Sign in as");
    asks.put("redirect_uri", uri);

    Page page = new Browser(server.address()).get(app.authorize(asks));

    assertThat(page.status()).as(uri).isEqualTo(400);
    assertThat(page.at().toString()).startsWith(server.address() + "/oauth2/");
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 a parameter that stands twice is refused with 400")
  @ValueSource(strings = {"code", "grant_type", "code_verifier", "client_id", "redirect_uri"})
  void parameterTwice(String name) {
    String form =
        Browser.encoded(
            console.exchange(console.code(new Browser(server.address()), "demo-clinician", SCOPE)));
    Answer refused =
        SmartApp.postForm(server.address() + "/oauth2/token", form + "&" + name + "=x");

    assertThat(refused.status()).as(refused.response().body()).isEqualTo(400);
    assertThat(refused.text("error")).isEqualTo("invalid_request");
  }

  @Test
  @DisplayName("SIGN-2 an app that does not say where to, or that nobody knows, is sent nobody")
  void unknownApp() {
    Map<String, String> asks = console.asks(SCOPE);
    asks.remove("redirect_uri");
    assertThat(new Browser(server.address()).get(console.authorize(asks)).status()).isEqualTo(400);

    Map<String, String> unknown = console.asks(SCOPE);
    unknown.put("client_id", "nobody");
    assertThat(new Browser(server.address()).get(console.authorize(unknown)).status())
        .isEqualTo(400);
  }

  @Test
  @DisplayName("SIGN-4 a code is good once: the second use ends what the first one got")
  void replay() {
    String code = console.code(new Browser(server.address()), "demo-clinician", SCOPE);
    Answer first = console.token(console.exchange(code));
    assertThat(first.status()).isEqualTo(200);

    Answer second = console.token(console.exchange(code));

    assertThat(second.status()).isEqualTo(400);
    assertThat(second.text("error")).isEqualTo("invalid_grant");
    assertThat(console.refresh(first.text("refresh_token")).text("error"))
        .isEqualTo("invalid_grant");
    assertThat(me(first).status()).isEqualTo(401);
  }

  private Answer me(Answer token) {
    return console.read("Practitioner/demo-clinician", token.text("access_token"));
  }

  @Test
  @DisplayName(
      "SIGN-4 a code is refused to another app, with another redirect URI, and when it is none")
  void wrongExchange() {
    Browser browser = new Browser(server.address());
    String code = console.code(browser, "demo-clinician", SCOPE);
    Map<String, String> other = console.exchange(code);
    other.put("client_id", SmartApp.registered(server).clientId());
    assertThat(console.token(other).text("error")).isEqualTo("invalid_grant");

    Map<String, String> elsewhere =
        console.exchange(SmartApp.code(browser.get(console.authorize(console.asks(SCOPE)))));
    elsewhere.put("redirect_uri", "http://localhost:1/");
    assertThat(console.token(elsewhere).text("error")).isEqualTo("invalid_grant");

    assertThat(console.token(console.exchange("no-code")).text("error"))
        .isIn("invalid_grant", "invalid_client");
    Map<String, String> nobody = console.exchange(code);
    nobody.put("client_id", "nobody");
    Answer unknown = console.token(nobody);
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.text("error")).isEqualTo("invalid_client");
  }

  @Test
  @DisplayName("SIGN-4 a refresh token is good once; the one before ends the whole authorization")
  void rotation() {
    Answer first = console.signedIn("demo-clinician", SCOPE);
    Answer second = console.refresh(first.text("refresh_token"));
    assertThat(second.status()).as(second.response().body()).isEqualTo(200);
    assertThat(second.text("refresh_token")).isNotEqualTo(first.text("refresh_token"));
    assertThat(second.text("id_token")).isNotEmpty();
    assertThat(second.header("Cache-Control")).contains("no-store");
    assertThat(me(second).status()).isEqualTo(200);

    Answer stolen = console.refresh(first.text("refresh_token"));

    assertThat(stolen.status()).isEqualTo(400);
    assertThat(stolen.text("error")).isEqualTo("invalid_grant");
    assertThat(console.refresh(second.text("refresh_token")).text("error"))
        .isEqualTo("invalid_grant");
    assertThat(me(second).status()).isEqualTo(401);
  }

  @Test
  @DisplayName("SIGN-4 a refresh may ask for less, never for more, and not in another app's name")
  void refreshScopes() {
    Answer first = console.signedIn("demo-clinician", SCOPE);
    Answer more = console.refresh(first.text("refresh_token"), "scope", "user/*.cruds");
    assertThat(more.text("error")).isEqualTo("invalid_scope");
    Answer other = SmartApp.registered(server).refresh(first.text("refresh_token"));
    assertThat(other.text("error")).isEqualTo("invalid_grant");

    Answer less = console.refresh(first.text("refresh_token"), "scope", "openid user/*.rs");

    assertThat(less.status()).as(less.response().body()).isEqualTo(200);
    assertThat(less.text("scope").split(" ")).containsExactlyInAnyOrder("openid", "user/*.rs");
    assertThat(console.refresh("no-token").text("error")).isEqualTo("invalid_grant");
  }

  @Test
  @DisplayName("SIGN-2 without offline_access or online_access there is nothing to refresh with")
  void noRefresh() {
    assertThat(console.signedIn("demo-clinician", "openid user/*.rs").json().has("refresh_token"))
        .isFalse();
  }

  @ParameterizedTest
  @DisplayName("SIGN-2f SIGN-4 a revoked token ends its authorization: nothing refreshes or reads")
  @ValueSource(strings = {"refresh_token", "access_token"})
  void revocation(String which) {
    Answer token = console.signedIn("demo-clinician", SCOPE);
    assertThat(SmartApp.registered(server).revoke(token.text(which)).status()).isBetween(400, 401);
    assertThat(me(token).status()).isEqualTo(200);

    assertThat(console.revoke(token.text(which)).status()).isEqualTo(200);

    assertThat(me(token).status()).isEqualTo(401);
    assertThat(console.refresh(token.text("refresh_token")).text("error"))
        .isEqualTo("invalid_grant");
    assertThat(console.revoke("no-token").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("SIGN-2 an app reads who its user is, and signs them out")
  void userAndSignOut() {
    Browser browser = new Browser(server.address());
    Answer token = console.token(console.exchange(console.code(browser, "demo-clinician", SCOPE)));
    Answer user =
        SmartApp.get(
            server.address() + "/oauth2/userinfo",
            "Authorization",
            "Bearer " + token.text("access_token"));
    assertThat(user.status()).as(user.response().body()).isEqualTo(200);
    assertThat(user.text("sub")).isEqualTo("demo-clinician");

    Page out =
        browser.get(
            server.address()
                + "/oauth2/logout?"
                + Browser.encoded(
                    Map.of(
                        "id_token_hint", token.text("id_token"),
                        "post_logout_redirect_uri", console.redirectUri())));

    assertThat(out.at().toString()).isEqualTo(console.redirectUri());
    assertThat(browser.get(console.authorize(console.asks(SCOPE))).body()).contains("Sign in as");
  }
}
