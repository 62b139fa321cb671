package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;

/** How often an assertion is good, and for how long that is known. */
final class ClientAssertionsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path data;

  private static App service(ECKey key) {
    return new App(
        "service",
        "service",
        List.of(),
        null,
        List.of("client_credentials"),
        App.ASSERTION,
        "system/Patient.rs",
        null,
        new JWKSet(key.toPublicJWK()).toJSONObject(),
        null,
        0,
        false,
        false);
  }

  /** What checks a service's assertions after a start. */
  private JwtDecoder started(App service) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("open", Map.of("local.server.port", "8080")));
    SignInAddress address = new SignInAddress(environment, new ServerProperties());
    Apps apps = Apps.of(data, address);
    if (apps.app(service.id()).isEmpty()) {
      assertThat(apps.add(service)).isTrue();
    }
    return new ClientAssertions(
            apps, address, UsedAssertions.of(data), Clock.fixed(NOW, ZoneOffset.UTC))
        .createDecoder(service.registered());
  }

  private static String assertion(ECKey key, String jti) throws JOSEException {
    SignedJWT assertion =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer("service")
                .subject("service")
                .audience("http://localhost:8080/oauth2/token")
                .expirationTime(Date.from(NOW.plusSeconds(240)))
                .jwtID(jti)
                .build());
    assertion.sign(new ECDSASigner(key));
    return assertion.serialize();
  }

  @Test
  @DisplayName("SIGN-2g an assertion is good once, after a restart too")
  void onceAcrossARestart() throws JOSEException {
    ECKey key = new ECKeyGenerator(Curve.P_384).keyID("k").generate();
    App service = service(key);
    String used = assertion(key, "one");
    assertThat(started(service).decode(used).getId()).isEqualTo("one");
    JwtDecoder after = started(service);
    assertThatThrownBy(() -> after.decode(used)).isInstanceOf(JwtException.class);
    assertThat(after.decode(assertion(key, "another")).getId()).isEqualTo("another");
  }

  @Test
  @DisplayName("SIGN-2g as many assertions as there is room for are remembered until they expire")
  void room() {
    Instant expires = NOW.plusSeconds(60);
    UsedAssertions used = UsedAssertions.of(data, 2);
    assertThat(used.isFirst("service", "one", expires, NOW)).isTrue();
    assertThat(used.isFirst("service", "two", expires, NOW)).isTrue();
    assertThat(used.isFirst("other", "one", expires, NOW)).as("no room").isFalse();
    UsedAssertions after = UsedAssertions.of(data, 2);
    assertThat(after.isFirst("service", "one", expires, NOW)).as("used").isFalse();
    assertThat(after.isFirst("other", "one", expires, NOW)).as("no room").isFalse();
    assertThat(after.isFirst("other", "one", expires, expires.plusSeconds(1))).isTrue();
  }

  @Test
  @DisplayName("SIGN-2g no server starts that cannot read which assertions were used")
  void unreadable() throws IOException {
    UsedAssertions used = UsedAssertions.of(data);
    assertThat(used.isFirst("service", "one", NOW.plusSeconds(60), NOW)).isTrue();
    Path file = data.resolve("issuer/assertions.json");
    assertThat(Files.readString(file)).doesNotContain("service", "one");
    Files.writeString(file, "no json");
    assertThatThrownBy(() -> UsedAssertions.of(data))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("assertions.json");
  }
}
