package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
final class SmartOriginsTest {
  private static final String[] ORIGIN = {"Origin", "http://localhost:3000"};

  private final SignInServer server = SignInServer.shared();
  private final SmartApp console = SmartApp.console(server);

  @Test
  @DisplayName(
      "SIGN-4 a page of another origin exchanges its code, and never acts with the session")
  void exchangesItsCode() {
    String code = console.code(new Browser(server.address()), "demo-clinician", "openid user/*.rs");

    Answer token = console.token(console.exchange(code), ORIGIN);

    assertThat(token.status()).isEqualTo(200);
    assertThat(token.header("Access-Control-Allow-Origin")).isNotEmpty();
    assertThat(token.header("Access-Control-Allow-Credentials")).isEmpty();
    Answer discovery = SmartApp.get(server.address() + "/.well-known/openid-configuration", ORIGIN);
    assertThat(discovery.header("Access-Control-Allow-Origin")).isNotEmpty();
    for (String path : new String[] {".well-known/smart-configuration", "metadata"}) {
      Answer open = SmartApp.get(server.fhir() + "/" + path, ORIGIN);
      assertThat(open.status()).as(path).isEqualTo(200);
      assertThat(open.header("Access-Control-Allow-Origin")).as(path).isNotEmpty();
    }
    Answer user =
        SmartApp.get(
            server.fhir() + "/Practitioner/demo-clinician",
            "Authorization",
            "Bearer " + token.text("access_token"),
            ORIGIN[0],
            ORIGIN[1]);
    assertThat(user.status()).isEqualTo(200);
    assertThat(user.header("Access-Control-Allow-Origin")).isNotEmpty();
  }
}
