package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Where there is a sign-in, and what is still there after a restart. */
final class SignInServedTest {
  private static final String SCOPE = "openid fhirUser offline_access user/*.rs";

  /** There when the sign-in is. */
  @Configuration
  @Conditional(SignInServed.class)
  static class Marker {}

  private static StandardEnvironment environment(Map<String, Object> settings) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("settings", settings));
    return environment;
  }

  private static boolean served(Map<String, Object> settings) {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.setEnvironment(environment(settings));
      context.register(Marker.class);
      context.refresh();
      return context.getBeanNamesForType(Marker.class).length == 1;
    }
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 the sign-in is there with the demo issuer, where tokens are asked for")
  @CsvSource({
    "embedded, on, true",
    "embedded, observe, true",
    "EMBEDDED, on, true",
    "embedded, off, false",
    "https://issuer.example/realms/x, on, false",
    "https://issuer.example/realms/x, off, false"
  })
  void whereItIs(String issuer, String enforce, boolean there) {
    assertThat(served(Map.of("anchor.security.issuer", issuer, "anchor.consent.enforce", enforce)))
        .isEqualTo(there);
  }

  @ParameterizedTest
  @DisplayName("SIGN-2 a server that others can reach does not start with it")
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7", "demo.example", ""})
  void loopbackAlone(String address) {
    assertThatThrownBy(
            () ->
                new SignInConfiguration()
                    .signInAddress(
                        environment(Map.of("server.address", address)), new ServerProperties()))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("want server.address on loopback");
  }

  @Test
  @DisplayName(
      "SIGN-2 a restart keeps keys, apps and what was authorized; what was ended stays ended")
  void restart() {
    SignInServer before = SignInServer.start();
    SmartApp app = SmartApp.console(before);
    SmartApp registered = SmartApp.registered(before);
    Answer kept = app.signedIn("demo-clinician", SCOPE);
    Answer first = app.signedIn("demo-clinician", SCOPE);
    Answer rotated = app.refresh(first.text("refresh_token"));
    Answer revoked = app.signedIn("demo-clinician", SCOPE);
    app.revoke(revoked.text("refresh_token"));
    String minted = before.minted(DemoRole.OPERATOR);
    String keys = SmartApp.get(before.address() + "/oauth2/jwks").response().body();

    try (SignInServer after = before.restarted()) {
      SmartApp again = SmartApp.console(after);
      assertThat(SmartApp.get(after.address() + "/oauth2/jwks").response().body()).isEqualTo(keys);
      assertThat(me(again, kept)).isEqualTo(200);
      Answer refreshed = again.refresh(kept.text("refresh_token"));
      assertThat(refreshed.status()).as(refreshed.response().body()).isEqualTo(200);
      assertThat(refreshed.text("id_token")).isNotEmpty();
      assertThat(me(again, refreshed)).isEqualTo(200);
      assertThat(registered.at(after).refresh("no-token").text("error")).isEqualTo("invalid_grant");
      assertThat(
              SmartApp.get(
                      after.address() + "/actuator/prometheus", "Authorization", "Bearer " + minted)
                  .status())
          .isEqualTo(200);
      assertThat(me(again, revoked)).isEqualTo(401);
      assertThat(again.refresh(revoked.text("refresh_token")).status()).isEqualTo(400);
      assertThat(me(again, rotated)).isEqualTo(200);
      assertThat(again.refresh(first.text("refresh_token")).status()).isEqualTo(400);
      assertThat(me(again, rotated)).isEqualTo(401);
    }
  }

  private static int me(SmartApp app, Answer token) {
    return app.read("Practitioner/demo-clinician", token.text("access_token")).status();
  }
}
