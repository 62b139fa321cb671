package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody tries who is not the person at the machine. */
final class SignInAttacksTest {
  private static final String SCOPE = "openid fhirUser online_access user/*.rs patient/*.rs";

  private final SignInServer server = SignInServer.shared();
  private final SmartApp console = SmartApp.console(server);

  @Test
  @DisplayName("SIGN-2 a form of another site signs nobody in")
  void crossSiteRequest() {
    Browser browser = new Browser(server.address());
    browser.get(console.authorize(console.asks(SCOPE)));

    Page refused =
        browser.post(server.address() + "/oauth2/sign-in", Map.of("person", "demo-patient"));
    assertThat(refused.status()).isEqualTo(403);
    Page guessed =
        browser.post(
            server.address() + "/oauth2/sign-in", Map.of("person", "demo-patient", "_csrf", "x"));
    assertThat(guessed.status()).isEqualTo(403);
    assertThat(browser.get(console.authorize(console.asks(SCOPE))).body()).contains("Sign in as");
  }

  @Test
  @DisplayName("SIGN-2 a form of another site, or of another person, allows no app anything")
  void crossSiteConsent() {
    SmartApp app = SmartApp.registered(server);
    Browser clinician = new Browser(server.address());
    Page ask = clinician.signInAs(clinician.get(app.authorize(app.asks(SCOPE))), "demo-clinician");
    Browser patient = new Browser(server.address());
    patient.signInAs(patient.get(app.authorize(app.asks(SCOPE))), "demo-patient");

    assertThat(patient.allow(ask, Map.of("patient", "demo-patient")).status()).isEqualTo(400);
    Page guessed =
        clinician.post(
            server.address() + "/oauth2/authorize",
            Map.of("client_id", app.clientId(), "state", "guessed", "scope", "user/*.rs"));
    assertThat(guessed.status()).isEqualTo(400);
    assertThat(guessed.query()).doesNotContainKey("code");
  }

  @Test
  @DisplayName("SIGN-2 nobody allows an app more than it asked for, or than they may themselves")
  void moreThanAsked() {
    SmartApp app = SmartApp.registered(server);
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(
            browser.get(app.authorize(app.asks("patient/*.rs anchor/operator user/*.cruds"))),
            "demo-patient");
    assertThat(Browser.checked(ask)).containsExactly("patient/*.rs");

    Page refused = browser.allow(ask, List.of("patient/*.rs", "anchor/operator"), Map.of());

    assertThat(refused.query()).containsEntry("error", "invalid_scope");
  }

  @Test
  @DisplayName("SIGN-2 the session that was there before signing in is another one after it")
  void sessionFixation() {
    Browser browser = new Browser(server.address());
    Page people = browser.get(console.authorize(console.asks(SCOPE)));
    String before = browser.session().orElseThrow();

    browser.signInAs(people, "demo-clinician");

    assertThat(browser.session().orElseThrow()).isNotEqualTo(before);
  }

  @Test
  @DisplayName("SIGN-2 the pages are in nobody's frame, run no script, and are stored by nobody")
  void headers() {
    SmartApp app = SmartApp.registered(server);
    Browser browser = new Browser(server.address());
    Page people = browser.get(app.authorize(app.asks(SCOPE)));
    Page ask = browser.signInAs(people, "demo-clinician");

    for (Page page : List.of(people, ask)) {
      assertThat(page.header("Content-Security-Policy"))
          .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
          .doesNotContain("unsafe-inline", "script-src");
      assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
      assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(page.header("Cache-Control")).contains("no-store");
      assertThat(page.header("Referrer-Policy")).isEqualTo("same-origin");
      assertThat(page.body()).contains("For trying out").doesNotContain("<script", " style=");
    }
    assertThat(people.response().headers().allValues("Set-Cookie").toString())
        .doesNotContain("Domain=");
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 under another name that leads to this machine nobody signs in")
  @ValueSource(strings = {"evil.example", "localhost.evil.example", "0.0.0.0", "localhost:1"})
  void otherHost(String host) throws IOException {
    for (String path :
        List.of("/oauth2/sign-in", "/oauth2/token", "/.well-known/openid-configuration")) {
      assertThat(firstLine(path, "Host: " + host)).contains(" 421 ");
    }
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 behind a proxy, which brings in strangers, nobody signs in")
  @ValueSource(strings = {"X-Forwarded-For: 203.0.113.7", "Forwarded: for=203.0.113.7"})
  void proxied(String header) throws IOException {
    assertThat(firstLine("/oauth2/sign-in", "Host: localhost:" + server.port() + "\r\n" + header))
        .contains(" 421 ");
  }

  private String firstLine(String path, String headers) throws IOException {
    try (Socket socket = new Socket("localhost", Integer.parseInt(server.port()))) {
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\r\n", 2)[0];
    }
  }

  @Test
  @DisplayName("SIGN-2 the console's code goes to the console alone, whatever port another app has")
  void consoleAtItsOwnAddress() {
    Browser browser = new Browser(server.address());
    console.code(browser, "demo-clinician", SCOPE);
    Map<String, String> asks = console.asks(SCOPE);
    asks.put("redirect_uri", "http://127.0.0.1:9125/");

    Page stays = browser.get(console.authorize(asks));

    assertThat(stays.status()).isEqualTo(400);
    assertThat(stays.at().toString()).startsWith(server.address() + "/oauth2/");
  }

  @Test
  @DisplayName("SIGN-2 a pushed request and a request object pass by no check")
  void requestObjects() {
    Map<String, String> pushed = console.asks(SCOPE);
    pushed.put("request_uri", "urn:ietf:params:oauth:request_uri:x");
    assertThat(new Browser(server.address()).get(console.authorize(pushed)).status())
        .isEqualTo(400);
    assertThat(SmartApp.post(server.address() + "/oauth2/par", console.asks(SCOPE)).status())
        .isBetween(400, 404);
  }

  @Test
  @DisplayName("SIGN-2 of eight exchanges of one refresh token at the same time one gets tokens")
  void race() throws Exception {
    String refresh = console.signedIn("demo-clinician", SCOPE).text("refresh_token");
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Answer>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(() -> console.refresh(refresh));
      }
      int good = 0;
      for (Future<Answer> answer : pool.invokeAll(calls)) {
        good += answer.get().status() == 200 ? 1 : 0;
      }
      assertThat(good).isEqualTo(1);
    } finally {
      pool.shutdown();
    }
  }

  @Test
  @DisplayName("SIGN-2 an id token reads nothing, and an access token says who it is for")
  void idTokenIsNoAccessToken() {
    Answer token = console.signedIn("demo-clinician", SCOPE);

    assertThat(console.read("Practitioner/demo-clinician", token.text("id_token")).status())
        .isEqualTo(401);
    assertThat(
            SmartApp.get(
                    server.address() + "/oauth2/authorize?" + Browser.encoded(console.asks(SCOPE)),
                    "Authorization",
                    "Bearer " + token.text("access_token"))
                .json()
                .has("code"))
        .isFalse();
  }
}
