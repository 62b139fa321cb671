package org.fhiranchor.interceptors.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.fhiranchor.interceptors.identity.EmbeddedIssuerTokens;
import org.fhiranchor.interceptors.identity.PublishingIssuer;
import org.fhiranchor.interceptors.identity.SmartConfiguration;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;
import org.fhiranchor.interceptors.testing.SteppingClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IssuerMetadataTest {
  private final PublishingIssuer issuer = new PublishingIssuer();

  @TempDir private Path data;

  @AfterEach
  void stop() {
    issuer.close();
  }

  @Test
  void saysWhereKeysAndTokensAre() throws IOException {
    issuer.publish(Map.of());
    IssuerMetadata metadata = IssuerMetadata.fetch(issuer.address());
    assertThat(metadata.keySet()).isEqualTo(URI.create(issuer.address() + "/keys"));
    assertThat(SmartConfiguration.of(metadata).json())
        .contains(
            "\"token_endpoint\": \"" + issuer.address() + "/token\"",
            "\"jwks_uri\"",
            "launch-standalone");
  }

  @Test
  @DisplayName("SIGN-3 an endpoint in the clear is told to nobody; a list left out has its default")
  void endpointsInTheClearAreLeftOut() throws IOException {
    IssuerMetadata metadata =
        IssuerMetadata.read(
            "https://i.example",
            "{\"issuer\": \"https://i.example\", \"jwks_uri\": \"https://i.example/keys\","
                + " \"token_endpoint\": \"http://i.example/token\", \"revocation_endpoint\":"
                + " \"https://i.example/revoke\", \"scopes_supported\": 7}");
    assertThat(metadata.endpoints().token()).isEmpty();
    assertThat(metadata.endpoints().revocation()).hasValue(URI.create("https://i.example/revoke"));
    assertThat(metadata.grantTypes()).containsExactly("authorization_code", "implicit");
    assertThat(metadata.challengeMethods()).isEmpty();
    assertThat(metadata.scopes()).isEmpty();
  }

  @Test
  @DisplayName("SIGN-3 an endpoint that is no address is left out, and the others are told")
  void malformedEndpointsAreLeftOut() throws IOException {
    IssuerMetadata metadata =
        IssuerMetadata.read(
            "https://i.example",
            "{\"issuer\": \"https://i.example\", \"jwks_uri\": \"https://i.example/keys\","
                + " \"token_endpoint\": \"https://i.example/token\", \"end_session_endpoint\":"
                + " \"https://i.example/log out{x}\"}");
    assertThat(metadata.endpoints().endSession()).isEmpty();
    assertThat(metadata.endpoints().token()).hasValue(URI.create("https://i.example/token"));
  }

  @Test
  void metadataOfAnotherIssuerAreRefused() {
    issuer.publish(Map.of("issuer", "https://evil.example"));
    assertThatThrownBy(() -> IssuerMetadata.fetch(issuer.address()))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"issuer\": \"i\"}",
        "{\"issuer\": \"i\", \"jwks_uri\": 7}",
        "{\"issuer\": \"i\", \"jwks_uri\": \"http://keys.example/\"}",
        "{\"issuer\": \"i\", \"jwks_uri\": \"not a uri\"}"
      })
  void brokenMetadataAreRefused(String document) {
    assertThatThrownBy(() -> IssuerMetadata.read("i", document)).isInstanceOf(IOException.class);
  }

  @Test
  void keysAreFoundWhenTheIssuerComesUpLater() {
    EmbeddedIssuer.start(data, Clock.systemUTC());
    String ofAnother = EmbeddedIssuerTokens.scoped(data, "user/*.rs");
    String token = issuer.token(EmbeddedIssuer.AUDIENCE, "user/*.rs");
    TokenRules rules =
        new TokenRules(
            issuer.address(), Set.of(EmbeddedIssuer.AUDIENCE), Set.of(), Duration.ofSeconds(5));
    SteppingClock clock = new SteppingClock();
    TokenDecoder decoder = JwtDecoders.discovered(rules, clock);
    TokenResult unavailable = new TokenResult.Refused(Refusal.KEYS_UNAVAILABLE);
    assertThat(decoder.decode(token)).isEqualTo(unavailable);
    assertThat(decoder.decode(token)).isEqualTo(unavailable);
    assertThat(issuer.asked()).as("left alone after a failure").isEqualTo(1);

    issuer.publish(Map.of());
    clock.forward(DiscoveredKeys.PAUSE);
    assertThat(decoder.decode(token)).isInstanceOf(TokenResult.Valid.class);
    assertThat(decoder.decode(ofAnother)).isInstanceOf(TokenResult.Refused.class);
  }
}
