package org.fhiranchor.server.signin;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * Checks the assertion with which a client proves who it is (SMART Backend Services, section
 * 3.0.4.1): ES384 or RS384 by a registered key, issuer and subject the client, audience the token
 * endpoint, at most five minutes, and each {@code jti} once.
 */
final class ClientAssertions implements JwtDecoderFactory<RegisteredClient> {
  static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.ES384, JWSAlgorithm.RS384);

  private final Apps apps;
  private final SignInAddress address;
  private final UsedAssertions used;
  private final Clock clock;

  ClientAssertions(Apps apps, SignInAddress address, UsedAssertions used, Clock clock) {
    this.used = used;
    this.apps = apps;
    this.address = address;
    this.clock = clock;
  }

  @Override
  public JwtDecoder createDecoder(RegisteredClient client) {
    Map<String, Object> keys =
        apps.app(client.getClientId())
            .flatMap(app -> Optional.ofNullable(app.jwks()))
            .orElseThrow(() -> new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT));
    DefaultJWTProcessor<com.nimbusds.jose.proc.SecurityContext> processor =
        new DefaultJWTProcessor<>();
    try {
      processor.setJWSKeySelector(
          new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(JWKSet.parse(keys))));
    } catch (ParseException e) {
      throw new OAuth2AuthenticationException(new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT), e);
    }
    // Claims are checked below.
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(assertion -> checked(assertion, client.getClientId()));
    return decoder;
  }

  private OAuth2TokenValidatorResult checked(Jwt assertion, String client) {
    Instant now = clock.instant();
    Instant expires = assertion.getExpiresAt();
    String jti = Optional.ofNullable(assertion.getId()).orElse("");
    List<String> audience = Optional.ofNullable(assertion.getAudience()).orElse(List.of());
    boolean good =
        client.equals(assertion.getClaimAsString("iss"))
            && client.equals(assertion.getSubject())
            && address
                .at("/oauth2/token")
                .filter(at -> audience.contains(at.toString()))
                .isPresent()
            && expires != null
            && expires.isAfter(now)
            && !expires.isAfter(now.plus(LONGEST))
            && (assertion.getNotBefore() == null || !assertion.getNotBefore().isAfter(now))
            && !jti.isBlank()
            && used.isFirst(client, jti, expires, now);
    return good
        ? OAuth2TokenValidatorResult.success()
        : OAuth2TokenValidatorResult.failure(new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT));
  }
}
