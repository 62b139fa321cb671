package org.fhiranchor.interceptors.identity.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.identity.token.IssuerAddress;
import org.fhiranchor.interceptors.identity.token.JwtDecoders;
import org.fhiranchor.interceptors.identity.token.TokenDecoder;
import org.fhiranchor.interceptors.identity.token.TokenRules;
import org.fhiranchor.interceptors.start.StartRefusedException;

/**
 * The demo issuer: signs tokens for a quick start on one machine. Whoever can read its key file is
 * whoever they like, so a server that others can reach must not use it ({@link
 * #refuseUnlessLoopback}).
 */
public final class EmbeddedIssuer {
  /** Claim {@code iss}. */
  public static final String ISSUER = "urn:fhir-anchor:demo-issuer";

  /** Claim {@code aud}. */
  public static final String AUDIENCE = "fhir-anchor";

  /** Claim {@code client_id}. */
  public static final String CLIENT = "fhir-anchor-demo";

  private static final Duration SKEW = Duration.ofSeconds(5);

  private final ECKey key;
  private final Clock clock;

  private EmbeddedIssuer(ECKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  /**
   * The issuer of this data folder; makes its key at the first start.
   *
   * @param data the server's data folder
   * @throws java.io.UncheckedIOException when the key file cannot be written or read
   * @throws IllegalStateException when the key file is readable by others, or is no key
   */
  public static EmbeddedIssuer start(Path data, Clock clock) {
    return new EmbeddedIssuer(IssuerKeyFile.in(data).readOrMake(), clock);
  }

  /**
   * The issuer of this data folder, whose key must be there: the server makes it, not the command.
   */
  static EmbeddedIssuer existing(Path data, Clock clock) {
    return new EmbeddedIssuer(IssuerKeyFile.in(data).read(), clock);
  }

  /**
   * Checks where the server listens.
   *
   * @param bindAddress host name or address of {@code server.address}; empty means every interface
   * @throws StartRefusedException unless that is loopback alone
   */
  public static void refuseUnlessLoopback(String bindAddress) {
    if (!IssuerAddress.isLoopback(bindAddress)) {
      throw new StartRefusedException(
          "anchor.security.issuer=embedded: want server.address on loopback (127.0.0.1, ::1 or"
              + " localhost), got "
              + (bindAddress.isEmpty() ? "every interface" : bindAddress));
    }
  }

  /**
   * A decoder for the tokens of this issuer.
   *
   * @param ownBases base addresses of this server: references below them are its own
   */
  public TokenDecoder decoder(Set<String> ownBases) {
    return decoder(() -> ownBases, false);
  }

  /**
   * A decoder for the tokens of this issuer.
   *
   * @param ownBases base addresses of this server as they are known now
   * @param patientClaimIsSelf as in {@link TokenRules}
   */
  public TokenDecoder decoder(
      Supplier<? extends Collection<String>> ownBases, boolean patientClaimIsSelf) {
    TokenRules rules = new TokenRules(ISSUER, Set.of(AUDIENCE), ownBases, SKEW, patientClaimIsSelf);
    return JwtDecoders.local(rules, publicKeys(), clock);
  }

  /** The public key as a JWK set in JSON. */
  public String publicKeys() {
    return new JWKSet(key.toPublicJWK()).toString();
  }

  /** Signs a token. */
  public String mint(DemoToken token) {
    Instant now = clock.instant();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .audience(AUDIENCE)
            .subject(token.subject())
            .claim("client_id", CLIENT)
            .claim("scope", token.role().scope())
            .claim("fhirUser", token.fhirUser())
            .claim("purpose_of_use", token.purposes())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(token.lifetime())))
            .jwtID(UUID.randomUUID().toString());
    token.patient().ifPresent(id -> claims.claim("patient", id));
    token.organization().ifPresent(id -> claims.claim("organization", id));
    return sign(claims.build());
  }

  public String sign(JWTClaimsSet claims) {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(JOSEObjectType.JWT)
            .keyID(key.getKeyID())
            .build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign a demo token", e);
    }
    return token.serialize();
  }
}
