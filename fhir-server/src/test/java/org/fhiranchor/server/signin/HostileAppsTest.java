package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.core.env.StandardEnvironment;

/** Apps that register to deceive whoever signs in, or to keep others from registering. */
final class HostileAppsTest {
  private static final String CALLBACK = "http://127.0.0.1:9126/callback";
  private static final String SCRIPT = "javascript:alert(1)";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SignInServer server = SignInServer.shared();

  private Answer register(Map<String, Object> more) throws JsonProcessingException {
    Map<String, Object> metadata = new HashMap<>(more);
    metadata.putIfAbsent("redirect_uris", List.of(CALLBACK));
    metadata.put("token_endpoint_auth_method", "none");
    return SmartApp.register(server, JSON.writeValueAsString(metadata));
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 a name that hides or turns letters, or fills the page, is not registered")
  @ValueSource(
      strings = {
        "",
        " ",
        "The console\nof this server asks.",
        "elosnoc \u202Eeht",
        "con\u200Bsole",
        "\u2066console\u2069",
        "console\u2028",
        "console\u0000",
        "\uE000",
        "x0123456789x0123456789x0123456789x0123456789x0123456789x0123456789x0123456789x0123456789x0123456789xx"
      })
  void namesThatDeceive(String name) throws JsonProcessingException {
    Answer refused = register(Map.of("client_name", name));

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text("error")).isEqualTo("invalid_client_metadata");
  }

  @Test
  @DisplayName("SIGN-2 an app's name is text, and its logo, pages and terms are nowhere")
  void nothingOfTheAppIsLoaded() throws JsonProcessingException {
    Answer registered =
        register(
            Map.of(
                "client_name",
                "<img src=x onerror=alert(1)>",
                "logo_uri",
                SCRIPT,
                "client_uri",
                SCRIPT,
                "tos_uri",
                SCRIPT,
                "policy_uri",
                "https://evil.example/",
                "contacts",
                List.of(SCRIPT)));
    SmartApp app = new SmartApp(server, registered.text("client_id"), CALLBACK);
    Browser browser = new Browser(server.address());
    Page people = browser.get(app.authorize(app.asks("openid user/*.rs")));
    Page ask = browser.signInAs(people, "demo-clinician");

    assertThat(registered.response().body()).doesNotContain("javascript", "evil");
    for (Page page : List.of(people, ask)) {
      assertThat(page.body())
          .contains("<bdi>&lt;img src=x onerror=alert(1)&gt;</bdi>")
          .doesNotContain("<img", "javascript", "evil");
    }
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 no address of an app leads to a script or to another machine")
  @ValueSource(strings = {"redirect_uris", "post_logout_redirect_uris", "launch_uri"})
  void addressesOfApps(String member) throws JsonProcessingException {
    for (String uri :
        List.of(
            SCRIPT,
            "JavaScript://localhost/%0aalert(1)",
            "data:text/html,x",
            "http://localhost.evil.example/",
            "http://localhost@evil.example/",
            "http://[::ffff:127.0.0.1]/",
            "http://127.0.0.1\\@evil.example/")) {
      Object value = member.equals("launch_uri") ? uri : List.of(uri);
      Answer refused = register(Map.of(member, value));
      assertThat(refused.status()).as(member + " " + uri).isEqualTo(400);
    }
  }

  @Test
  @DisplayName(
      "SIGN-2 very many registrations take the place of nothing but what nobody signed in to")
  void veryMany(@TempDir Path data) {
    SignInAddress address = new SignInAddress(new StandardEnvironment(), new ServerProperties());
    Apps apps = Apps.of(data, address);
    apps.add(app("service", false));
    apps.add(app("used", true));
    apps.used("used");
    for (int i = 0; i < 2 * Apps.MOST; i++) {
      assertThat(apps.add(app("app-" + i, true))).isTrue();
    }

    for (Apps then : List.of(apps, Apps.of(data, address))) {
      assertThat(then.app("service")).isPresent();
      assertThat(then.app("used")).isPresent();
      assertThat(then.app(Apps.CONSOLE)).isPresent();
      assertThat(then.app("app-201")).isEmpty();
      assertThat(then.app("app-202")).isPresent();
    }
    assertThat(apps.add(app("one-more", true))).isTrue();
    assertThat(apps.app("app-202")).isEmpty();
  }

  @Test
  @DisplayName("SIGN-2 after 200 apps that are used no more register, and those before go on")
  void veryManyUsed(@TempDir Path data) {
    Apps apps = Apps.of(data, new SignInAddress(new StandardEnvironment(), new ServerProperties()));
    for (int i = 0; i < Apps.MOST; i++) {
      assertThat(apps.add(app("app-" + i, true))).isTrue();
      apps.used("app-" + i);
    }

    assertThat(apps.add(app("one-more", true))).isFalse();
    assertThat(apps.app("one-more")).isEmpty();
    assertThat(apps.app("app-0")).isPresent();
  }

  @Test
  @DisplayName("SIGN-2 an app that somebody signed in to keeps its place")
  void signedIn() throws IOException {
    SmartApp app = SmartApp.registered(server);
    assertThat(registration(app).path("unused").asBoolean()).isTrue();
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(browser.get(app.authorize(app.asks("openid fhirUser"))), "demo-clinician");
    assertThat(registration(app).path("unused").asBoolean()).isTrue();

    assertThat(app.token(app.exchange(SmartApp.code(browser.allow(ask, Map.of())))).status())
        .isEqualTo(200);
    assertThat(registration(app).path("unused").asBoolean()).isFalse();
  }

  private JsonNode registration(SmartApp app) throws IOException {
    for (JsonNode one : JSON.readTree(server.data().resolve("issuer/clients.json").toFile())) {
      if (one.path("client_id").asText().equals(app.clientId())) {
        return one;
      }
    }
    throw new AssertionError("not registered: " + app.clientId());
  }

  private static App app(String id, boolean unused) {
    return new App(
        id,
        "an app",
        List.of(CALLBACK),
        List.of(),
        List.of("authorization_code"),
        App.NONE,
        "openid",
        null,
        null,
        null,
        0,
        false,
        unused);
  }

  @Test
  @DisplayName("SIGN-2 nobody registers in the console's name, or as an app that is trusted")
  void inTheConsolesName() throws JsonProcessingException {
    Answer registered = register(Map.of("client_id", Apps.CONSOLE, "trusted", true));
    SmartApp app = new SmartApp(server, registered.text("client_id"), CALLBACK);

    assertThat(registered.text("client_id")).isNotEqualTo(Apps.CONSOLE);
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(browser.get(app.authorize(app.asks("user/*.rs"))), "demo-clinician");
    assertThat(ask.body()).contains("Allow this app?");
  }
}
