package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;

/** What the kits for SMART do at every launch, as the demo patient. */
record SmartKit(SignInServer server) {
  static final String CONTEXT = "launch/patient openid fhirUser offline_access ";

  private static final String CALLBACK = "http://localhost:9127/callback";

  /** An app and how it says who it is at the token endpoint. */
  record Client(SmartApp app, Map<String, String> fields, List<String> headers) {
    Answer token(Map<String, String> form) {
      Map<String, String> all = new LinkedHashMap<>(form);
      all.remove("client_id");
      all.putAll(fields);
      return app.token(all, headers.toArray(String[]::new));
    }

    Answer refresh(String token) {
      return token(Map.of("grant_type", "refresh_token", "refresh_token", token));
    }
  }

  Answer registered(String method, String more) {
    Answer answer =
        SmartApp.register(
            server,
            "{\"redirect_uris\":[\"%s\"],\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
                    .formatted(CALLBACK)
                + "\"token_endpoint_auth_method\":\"%s\"%s}".formatted(method, more));
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
    return answer;
  }

  SmartApp app(Answer registered) {
    return new SmartApp(server, registered.text("client_id"), CALLBACK);
  }

  Client withSecret() {
    Answer answer = registered(App.SECRET, "");
    String basic = answer.text("client_id") + ":" + answer.text("client_secret");
    String header =
        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8));
    return new Client(app(answer), Map.of(), List.of("Authorization", header));
  }

  Client withoutSecret() {
    SmartApp app = app(registered(App.NONE, ""));
    return new Client(app, Map.of("client_id", app.clientId()), List.of());
  }

  Answer launched(Client client, String scope) {
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(
            browser.get(client.app().authorize(client.app().asks(scope))), "demo-patient");
    return exchanged(client, browser.allow(ask, Map.of()));
  }

  static Answer exchanged(Client client, Page back) {
    Answer token = client.token(client.app().exchange(SmartApp.code(back)));
    assertThat(token.status()).as(token.response().body()).isEqualTo(200);
    assertThat(token.header("Cache-Control")).contains("no-store");
    assertThat(token.header("Pragma")).isEqualTo("no-cache");
    assertThat(token.text("patient")).isEqualTo("demo-patient");
    return token;
  }

  static int read(Client client, String path, Answer token) {
    return client.app().read(path, token.text("access_token")).status();
  }

  static List<String> said(Answer token) {
    return List.of(token.text("scope").split(" "));
  }
}
