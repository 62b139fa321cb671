package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.testing.SteppingClock;
import org.fhiranchor.server.signin.LaunchContexts.Launch;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long what the sign-in hands out is good for. */
final class SignInTimesTest {
  private static final String SCOPE = "openid fhirUser offline_access user/*.rs";
  private static final Duration MOMENT = Duration.ofSeconds(10);

  private final SignInServer server = SignInServer.shared();
  private final SmartApp console = SmartApp.console(server);

  @Test
  @DisplayName("SIGN-2d a code is good for a minute")
  void code() {
    assertThat(exchanged(Duration.ofMinutes(1).minus(MOMENT)).status()).isEqualTo(200);

    Answer late = exchanged(Duration.ofMinutes(1));
    assertThat(late.status()).isEqualTo(400);
    assertThat(late.text("error")).isEqualTo("invalid_grant");
  }

  private Answer exchanged(Duration afterwards) {
    String code = console.code(new Browser(server.address()), "demo-clinician", SCOPE);
    server.age(code, afterwards);
    return console.token(console.exchange(code));
  }

  @Test
  @DisplayName("SIGN-2e a refresh token is good for seven days")
  void refresh() {
    assertThat(refreshed(Duration.ofDays(7).minus(MOMENT)).status()).isEqualTo(200);

    Answer late = refreshed(Duration.ofDays(7));
    assertThat(late.status()).isEqualTo(400);
    assertThat(late.text("error")).isEqualTo("invalid_grant");
  }

  private Answer refreshed(Duration afterwards) {
    String token = console.signedIn("demo-clinician", SCOPE).text("refresh_token");
    server.age(token, afterwards);
    return console.refresh(token);
  }

  @Test
  @DisplayName("SIGN-2h a launch is good for ten minutes, and the oldest of 1,000 goes first")
  void launch() {
    SteppingClock clock = new SteppingClock();
    LaunchContexts launches = new LaunchContexts(clock);
    DemoPerson person = SignInPeople.named("demo-clinician", DemoRole.PRACTITIONER);
    App app = SignInPeople.app("app");
    Launch launch = new Launch("demo-patient", Optional.of("visit"));
    String handle = launches.open(person, launch, app);

    clock.forward(Duration.ofMinutes(10).minusMillis(1));
    assertThat(launches.launch(handle, person, "app")).contains(launch);
    assertThat(launches.launch(handle, person, "another")).isEmpty();
    clock.forward(Duration.ofMillis(1));
    assertThat(launches.launch(handle, person, "app")).isEmpty();

    String oldest = launches.open(person, launch, app);
    for (int more = 1; more < LaunchContexts.MOST; more++) {
      launches.open(person, launch, app);
    }
    assertThat(launches.launch(oldest, person, "app")).contains(launch);
    launches.open(person, launch, app);
    assertThat(launches.launch(oldest, person, "app")).isEmpty();
  }
}
