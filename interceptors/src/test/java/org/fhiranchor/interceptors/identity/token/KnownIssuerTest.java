package org.fhiranchor.interceptors.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.PublishingIssuer;
import org.fhiranchor.interceptors.testing.SteppingClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class KnownIssuerTest {
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final PublishingIssuer issuer = new PublishingIssuer();
  private final SteppingClock clock = new SteppingClock();
  private final KnownIssuer known = new KnownIssuer(issuer.address(), clock);

  @AfterEach
  void stop() {
    issuer.close();
  }

  private Optional<URI> tokenEndpoint() {
    return known.metadata().flatMap(metadata -> metadata.endpoints().token());
  }

  @Test
  @DisplayName(
      "SIGN-3 nobody is asked before somebody wants to know, and then once while it is new")
  void asksLateAndOnce() {
    issuer.publish(Map.of());
    assertThat(issuer.asked()).isZero();
    assertThat(tokenEndpoint()).hasValue(URI.create(issuer.address() + "/token"));
    clock.forward(KnownIssuer.FRESH.minus(MOMENT));
    assertThat(tokenEndpoint()).isPresent();
    assertThat(issuer.asked()).isEqualTo(1);
  }

  @Test
  @DisplayName("SIGN-3 what the issuer says anew is known once the old is no longer fresh")
  void asksAgain() {
    issuer.publish(Map.of());
    assertThat(tokenEndpoint()).isPresent();
    issuer.publish(Map.of("token_endpoint", "https://new.example/token"));
    assertThat(tokenEndpoint()).hasValue(URI.create(issuer.address() + "/token"));
    clock.forward(KnownIssuer.FRESH);
    assertThat(tokenEndpoint()).hasValue(URI.create("https://new.example/token"));
  }

  @Test
  @DisplayName("SIGN-3 the last good answer stands while the issuer is away, or talks nonsense")
  void lastGoodAnswerStands() {
    issuer.publish(Map.of());
    Optional<URI> good = tokenEndpoint();
    for (int i = 0; i < 3; i++) {
      clock.forward(KnownIssuer.FRESH);
      issuer.goAway();
      assertThat(tokenEndpoint()).isEqualTo(good);
      clock.forward(KnownIssuer.PAUSE);
      issuer.publish(
          Map.of("issuer", "https://evil.example", "token_endpoint", "https://evil.example/"));
      assertThat(tokenEndpoint()).isEqualTo(good);
    }
    clock.forward(KnownIssuer.PAUSE);
    issuer.publish(Map.of("token_endpoint", "https://new.example/token"));
    assertThat(tokenEndpoint()).hasValue(URI.create("https://new.example/token"));
  }

  @Test
  @DisplayName("SIGN-3 an issuer that never answered is left alone for a pause, and then found")
  void isLeftAloneAfterAFailure() {
    for (int i = 0; i < 5; i++) {
      assertThat(known.metadata()).isEmpty();
    }
    assertThat(issuer.asked()).isEqualTo(1);
    issuer.publish(Map.of());
    assertThat(known.metadata()).isEmpty();
    clock.forward(KnownIssuer.PAUSE);
    assertThat(known.metadata()).isPresent();
    assertThat(issuer.asked()).isEqualTo(2);
  }

  @Test
  @DisplayName("SIGN-3 an issuer whose answers could be anybody's is refused at once")
  void refusesAnIssuerInTheClear() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KnownIssuer("http://issuer.example", clock))
        .withMessageContaining("want https");
  }
}
