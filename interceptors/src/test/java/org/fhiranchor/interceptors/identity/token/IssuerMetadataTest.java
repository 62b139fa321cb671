package org.fhiranchor.interceptors.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.fhiranchor.interceptors.identity.EmbeddedIssuerTokens;
import org.fhiranchor.interceptors.identity.SmartConfiguration;
import org.fhiranchor.interceptors.identity.SteppingClock;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IssuerMetadataTest {
  private final Map<String, String> pages = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private String address;

  @TempDir private Path data;

  IssuerMetadataTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    address = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          byte[] page =
              pages
                  .getOrDefault(exchange.getRequestURI().getPath(), "")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              page.length == 0 ? 404 : 200, page.length == 0 ? -1 : page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void publish(String issuer) {
    pages.put(
        "/.well-known/openid-configuration",
        "{\"issuer\": \"%s\", \"jwks_uri\": \"%s/keys\", \"token_endpoint\": \"%s/token\", \"authorization_endpoint\": \"%s/auth\"}"
            .formatted(issuer, address, address, address));
  }

  @Test
  void saysWhereKeysAndTokensAre() throws IOException {
    publish(address);
    IssuerMetadata metadata = IssuerMetadata.fetch(address);
    assertThat(metadata.keySet()).isEqualTo(URI.create(address + "/keys"));
    assertThat(SmartConfiguration.of(metadata).json())
        .contains(
            "\"token_endpoint\": \"" + address + "/token\"", "\"jwks_uri\"", "launch-standalone");
  }

  @Test
  void metadataOfAnotherIssuerAreRefused() {
    publish("https://evil.example");
    assertThatThrownBy(() -> IssuerMetadata.fetch(address)).isInstanceOf(IOException.class);
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
    EmbeddedIssuer issuer = EmbeddedIssuer.start(data, Clock.systemUTC());
    String token = EmbeddedIssuerTokens.scoped(data, "user/*.rs");
    TokenRules rules =
        new TokenRules(address, Set.of(EmbeddedIssuer.AUDIENCE), Set.of(), Duration.ofSeconds(5));
    SteppingClock clock = new SteppingClock();
    TokenDecoder decoder = JwtDecoders.discovered(rules, clock);
    TokenResult unavailable = new TokenResult.Refused(Refusal.KEYS_UNAVAILABLE);
    assertThat(decoder.decode(token)).isEqualTo(unavailable);
    assertThat(decoder.decode(token)).isEqualTo(unavailable);
    assertThat(asked).as("left alone after a failure").hasValue(1);

    publish(address);
    pages.put("/keys", issuer.publicKeys());
    clock.forward(DiscoveredKeys.PAUSE);
    // The key is found now; the token names the demo issuer and is refused for that.
    assertThat(decoder.decode(token)).isEqualTo(new TokenResult.Refused(Refusal.WRONG_ISSUER));
  }
}
