package org.fhiranchor.server.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import org.fhiranchor.interceptors.identity.demo.IssuerKeyFile;
import org.fhiranchor.ledger.secret.SecretFile;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/**
 * The issuer's keys: the one that {@code make token} uses signs access tokens (ES256), another one
 * signs id tokens alone (RS256, as SMART wants), in {@code <data>/issuer/id-token-key.json}. This
 * server takes no token that the second has signed.
 */
record SignInKeys(ECKey accessTokens, RSAKey idTokens) {
  private static final int BITS = 2048;

  static SignInKeys of(Path data) {
    SecretFile file = IssuerKeyFile.of(data, "id-token-key.json");
    try {
      return new SignInKeys(
          IssuerKeyFile.in(data).readOrMake(),
          RSAKey.parse(file.readOrMake(() -> generate().toJSONString())));
    } catch (ParseException e) {
      throw new IllegalStateException("%s: want a private JWK".formatted(file.path()), e);
    }
  }

  /**
   * Of access tokens alone, those of {@code make token} among them: an id token, which another key
   * signs, opens nothing.
   */
  JwtDecoder accessTokenDecoder() {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            new JOSEObjectType(SmartTokens.TYPE), JOSEObjectType.JWT));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.ES256, new ImmutableJWKSet<>(new JWKSet(accessTokens))));
    // Times are checked by the decoder.
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    return new NimbusJwtDecoder(processor);
  }

  JWKSet all() {
    return new JWKSet(List.of(accessTokens, idTokens));
  }

  private static RSAKey generate() {
    try {
      return new RSAKeyGenerator(BITS)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.RS256)
          .keyIDFromThumbprint(true)
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot make an RS256 key", e);
    }
  }
}
