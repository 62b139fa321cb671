package org.fhiranchor.interceptors.identity.token;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Clock;
import java.util.Set;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Builds token decoders on Spring Security's {@code JwtDecoder}, without its filters. */
public final class JwtDecoders {
  /**
   * Signature algorithms accepted: asymmetric ones alone, so that no public key can pass for a
   * shared secret.
   */
  public static final Set<String> ALGORITHMS =
      Set.of("ES256", "ES384", "RS256", "RS384", "PS256", "PS384");

  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 3_000;
  private static final int MAX_KEY_SET_BYTES = 512 * 1024;

  private JwtDecoders() {}

  /**
   * Tokens of an OAuth server. The key set is read when first needed, kept for five minutes, read
   * again at most twice in thirty seconds for unknown keys, and bounded in time and size.
   *
   * @param keySet address of the JWK set; https, or http on loopback
   */
  public static TokenDecoder remote(TokenRules rules, URI keySet, Clock clock) {
    return decoder(rules, remoteKeys(keySet), clock);
  }

  /**
   * Tokens signed with one of these keys.
   *
   * @param publicKeys a JWK set as JSON
   */
  public static TokenDecoder local(TokenRules rules, String publicKeys, Clock clock) {
    try {
      return decoder(rules, new ImmutableJWKSet<>(JWKSet.parse(publicKeys)), clock);
    } catch (java.text.ParseException e) {
      throw new IllegalArgumentException("public keys: want a JWK set", e);
    }
  }

  /**
   * Tokens of an OAuth server whose key set is found through the issuer's metadata when the first
   * token arrives.
   */
  public static TokenDecoder discovered(TokenRules rules, Clock clock) {
    IssuerAddress.checked("issuer", URI.create(rules.issuer()));
    return decoder(
        rules, new DiscoveredKeys(rules.issuer(), JwtDecoders::remoteKeys, clock), clock);
  }

  private static JWKSource<SecurityContext> remoteKeys(URI keySet) {
    try {
      return JWKSourceBuilder.<SecurityContext>create(
              IssuerAddress.checked("key set", keySet).toURL(),
              new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, MAX_KEY_SET_BYTES))
          .build();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("key set: want an https address, got " + keySet, e);
    }
  }

  private static TokenDecoder decoder(
      TokenRules rules, JWKSource<SecurityContext> keys, Clock clock) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            Set.copyOf(ALGORITHMS.stream().map(JWSAlgorithm::parse).toList()), keys));
    // Claims are checked below, by rules of our own.
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(new JwtChecks(rules, clock));
    return new RememberedTokens(
        new JwtTokenDecoder(decoder, new TokenClaims(rules.ownBases(), rules.patientClaimIsSelf())),
        clock);
  }
}
