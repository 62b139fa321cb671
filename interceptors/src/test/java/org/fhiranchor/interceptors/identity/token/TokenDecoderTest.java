package org.fhiranchor.interceptors.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.scope.ScopeLevel;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("CONSENT 4: a token is believed only when everything about it holds")
final class TokenDecoderTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final ECKey EC = ec("known");
  private static final RSAKey RSA = rsa("known-rsa");
  private static final TokenRules RULES =
      new TokenRules(
          "https://issuer.example",
          Set.of("https://fhir.example/fhir"),
          Set.of("https://fhir.example/fhir"),
          SKEW);
  private static final TokenDecoder DECODER =
      JwtDecoders.local(
          RULES,
          new JWKSet(List.of(EC.toPublicJWK(), RSA.toPublicJWK())).toString(),
          Clock.fixed(NOW, ZoneOffset.UTC));

  private static ECKey ec(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("https://issuer.example")
        .audience("https://fhir.example/fhir")
        .subject("alice")
        .claim("azp", "app")
        .claim("scope", "user/*.rs")
        .issueTime(Date.from(NOW))
        .expirationTime(Date.from(NOW.plusSeconds(60)));
  }

  private static String signed(JWTClaimsSet.Builder claims) throws JOSEException {
    return signed(
        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("known").build(),
        claims,
        new ECDSASigner(EC));
  }

  private static String signed(JWSHeader header, JWTClaimsSet.Builder claims, JWSSigner signer)
      throws JOSEException {
    SignedJWT token = new SignedJWT(header, claims.build());
    token.sign(signer);
    return token.serialize();
  }

  private static void refuses(String token, Refusal why) {
    TokenResult result = DECODER.decode(token);
    assertThat(result).isInstanceOf(TokenResult.Refused.class);
    assertThat(((TokenResult.Refused) result).why()).isEqualTo(why);
  }

  private static Requester accepts(String token) {
    TokenResult result = DECODER.decode(token);
    assertThat(result).isInstanceOf(TokenResult.Valid.class);
    return ((TokenResult.Valid) result).requester();
  }

  @Test
  void acceptsAGoodTokenAndSaysWhoItIs() throws JOSEException {
    Requester requester =
        accepts(
            signed(
                claims()
                    .claim("fhirUser", "https://fhir.example/fhir/Practitioner/7")
                    .claim("organization", "3")
                    .claim("purpose_of_use", List.of("TREAT"))));
    assertThat(requester.subject()).isEqualTo("alice");
    assertThat(requester.clientId()).contains("app");
    assertThat(requester.fhirUser()).contains("Practitioner/7");
    assertThat(requester.organization()).contains("Organization/3");
    assertThat(requester.purposes()).containsExactly(TokenPurpose.of("TREAT"));
    assertThat(requester.level(Permission.READ, "Observation")).contains(ScopeLevel.USER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "PS256", "RS384", "PS384"})
  void acceptsRsaOfTheAllowList(String algorithm) throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.parse(algorithm))
            .keyID("known-rsa")
            .type(new JOSEObjectType("at+jwt"))
            .build();
    accepts(signed(header, claims(), new RSASSASigner(RSA)));
  }

  @Test
  void expiresAtThatVeryInstantGiveOrTakeTheSkew() throws JOSEException {
    Instant limit = NOW.minus(SKEW);
    accepts(signed(expiring(limit.plusSeconds(1))));
    refuses(signed(expiring(limit)), Refusal.TOKEN_EXPIRED);
    refuses(signed(expiring(limit.minusSeconds(3600))), Refusal.TOKEN_EXPIRED);
  }

  private static JWTClaimsSet.Builder expiring(Instant when) {
    return claims().issueTime(Date.from(when.minusSeconds(60))).expirationTime(Date.from(when));
  }

  @Test
  void aTokenNeedNotSayWhenItWasIssued() throws JOSEException {
    accepts(signed(claims().issueTime(null)));
  }

  @Test
  void aTokenThatNeverExpiresIsRefused() throws JOSEException {
    refuses(signed(claims().expirationTime(null)), Refusal.TOKEN_EXPIRED);
  }

  @Test
  void aTokenFromTheFutureIsRefused() throws JOSEException {
    accepts(signed(claims().notBeforeTime(Date.from(NOW.plus(SKEW)))));
    refuses(
        signed(claims().notBeforeTime(Date.from(NOW.plus(SKEW).plusSeconds(1)))),
        Refusal.TOKEN_NOT_YET_VALID);
  }

  @Test
  void anotherAudienceIsRefused() throws JOSEException {
    refuses(signed(claims().audience("https://other.example/fhir")), Refusal.WRONG_AUDIENCE);
    refuses(signed(claims().audience((String) null)), Refusal.WRONG_AUDIENCE);
    refuses(signed(claims().audience("https://fhir.example/fhir/")), Refusal.WRONG_AUDIENCE);
    accepts(signed(claims().audience(List.of("https://x.example", "https://fhir.example/fhir"))));
  }

  @Test
  void anotherIssuerIsRefused() throws JOSEException {
    refuses(signed(claims().issuer("https://issuer.example.evil")), Refusal.WRONG_ISSUER);
    refuses(signed(claims().issuer(null)), Refusal.WRONG_ISSUER);
  }

  @Test
  void algNoneIsRefused() {
    refuses(new PlainJWT(claims().build()).serialize(), Refusal.TOKEN_NOT_TRUSTED);
    refuses(new PlainJWT(claims().build()).serialize() + "AAAA", Refusal.TOKEN_NOT_TRUSTED);
  }

  @Test
  void aPublicKeyUsedAsASharedSecretIsRefused() throws JOSEException {
    for (byte[] secret :
        List.of(RSA.toRSAPublicKey().getEncoded(), EC.toECPublicKey().getEncoded())) {
      for (String kid : List.of("known", "known-rsa")) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build();
        refuses(signed(header, claims(), new MACSigner(secret)), Refusal.TOKEN_NOT_TRUSTED);
      }
    }
  }

  @Test
  void anUnknownKeyIsRefused() throws JOSEException {
    ECKey other = ec("other");
    JWSHeader unknown = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("other").build();
    refuses(signed(unknown, claims(), new ECDSASigner(other)), Refusal.TOKEN_NOT_TRUSTED);
  }

  @Test
  void anotherKeyUnderAKnownNameIsRefused() throws JOSEException {
    ECKey other = ec("known");
    JWSHeader known = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("known").build();
    refuses(signed(known, claims(), new ECDSASigner(other)), Refusal.TOKEN_NOT_TRUSTED);
  }

  @Test
  void aKeyThatTheTokenBringsItselfIsRefused() throws JOSEException {
    ECKey other = ec("own");
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .jwk(other.toPublicJWK())
            .jwkURL(URI.create("https://evil.example/keys"))
            .build();
    refuses(signed(header, claims(), new ECDSASigner(other)), Refusal.TOKEN_NOT_TRUSTED);
  }

  @Test
  void anotherTypeOfTokenIsRefused() throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .keyID("known")
            .type(new JOSEObjectType("logout+jwt"))
            .build();
    refuses(signed(header, claims(), new ECDSASigner(EC)), Refusal.TOKEN_NOT_TRUSTED);
  }

  @Test
  void aCriticalHeaderThatIsNotUnderstoodIsRefused() throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .keyID("known")
            .criticalParams(Set.of("anchor"))
            .customParam("anchor", "x")
            .build();
    refuses(signed(header, claims(), new ECDSASigner(EC)), Refusal.TOKEN_NOT_TRUSTED);
  }

  @Test
  void aTruncatedTokenIsRefusedWhereverItIsCut() throws JOSEException {
    String token = signed(claims());
    for (int length = 0; length < token.length(); length++) {
      assertThat(DECODER.decode(token.substring(0, length)))
          .as("cut at %d", length)
          .isEqualTo(new TokenResult.Refused(Refusal.TOKEN_NOT_TRUSTED));
    }
  }

  @Test
  void changedClaimsAreRefused() throws JOSEException {
    String[] good = signed(claims()).split("\\.", -1);
    String[] other = signed(claims().claim("scope", "system/*.cruds")).split("\\.", -1);
    refuses(good[0] + "." + other[1] + "." + good[2], Refusal.TOKEN_NOT_TRUSTED);
  }

  @ParameterizedTest
  @CsvSource({"sub,''", "fhirUser,''", "patient,../Patient/1", "patient,Practitioner/1"})
  void aMalformedClaimIsRefused(String name, String value) throws JOSEException {
    refuses(signed(claims().claim(name, value)), Refusal.MALFORMED_CLAIM);
    assertThat(DECODER.decode(signed(claims().claim(name, value))))
        .isEqualTo(TokenResult.Refused.ofClaim(name));
  }

  @Test
  @DisplayName("WHO-3 a claim that is missing is named")
  void aMissingClaimIsNamed() throws JOSEException {
    assertThat(DECODER.decode(signed(claims().issuer(null))))
        .isEqualTo(new TokenResult.Refused(Refusal.WRONG_ISSUER, Optional.of("iss")));
    assertThat(DECODER.decode(signed(claims().audience((String) null))))
        .isEqualTo(new TokenResult.Refused(Refusal.WRONG_AUDIENCE, Optional.of("aud")));
    assertThat(DECODER.decode(signed(claims().expirationTime(null))))
        .isEqualTo(new TokenResult.Refused(Refusal.TOKEN_EXPIRED, Optional.of("exp")));
    assertThat(DECODER.decode(signed(claims().issuer("https://other.example"))))
        .isEqualTo(new TokenResult.Refused(Refusal.WRONG_ISSUER));
    assertThat(Refusal.WRONG_ISSUER.challenge(Optional.of("iss")))
        .endsWith("error_description=\"the token comes from another issuer: iss\"");
  }

  @ParameterizedTest
  @CsvSource({
    "patient/*.cruds,                                  Patient/p1",
    "openid launch/patient patient/Observation.rs,     Patient/p1",
    "patient/*.rs user/Observation.rs,                 ",
    "patient/*.rs user/Observation.rs?category=vital,  ",
    "patient/*.rs system/*.rs,                         ",
    "patient/*.rs anchor/operator,                     ",
    "openid launch/patient,                            "
  })
  @DisplayName("WHO-1 the setting lets a patient claim speak where every scope is patient/ alone")
  void aPatientClaimIsSelfWhereTheOperatorSaysSo(String scope, String user) throws JOSEException {
    TokenDecoder lenient =
        JwtDecoders.local(
            new TokenRules(RULES.issuer(), RULES.audiences(), RULES.ownBases(), SKEW, true),
            new JWKSet(EC.toPublicJWK()).toString(),
            Clock.fixed(NOW, ZoneOffset.UTC));
    String token = signed(claims().claim("scope", scope).claim("patient", "p1"));
    TokenResult result = lenient.decode(token);
    assertThat(((TokenResult.Valid) result).requester().fhirUser())
        .isEqualTo(Optional.ofNullable(user));
    assertThat(accepts(token).self()).isEmpty();
  }

  @Test
  void claimsOfTheWrongKindAreRefused() throws JOSEException {
    refuses(signed(claims().subject(null)), Refusal.MALFORMED_CLAIM);
    refuses(signed(claims().claim("scope", 7)), Refusal.MALFORMED_CLAIM);
    refuses(signed(claims().claim("patient", List.of("1"))), Refusal.MALFORMED_CLAIM);
    refuses(signed(claims().claim("purpose_of_use", 7)), Refusal.MALFORMED_CLAIM);
    refuses(
        signed(claims().claim("scope", "openid ".repeat(SmartScopes.MAX_SCOPES + 1))),
        Refusal.MALFORMED_CLAIM);
  }

  @Test
  void readsPurposeAndOrganizationWhereIheIuaPutsThem() throws JOSEException {
    Map<String, Object> iua =
        Map.of(
            "subject_organization_id",
            "urn:oid:1.2.3",
            "purpose_of_use",
            List.of(Map.of("system", "urn:oid:1.2.3.4", "code", "1")));
    Requester requester = accepts(signed(claims().claim("extensions", Map.of("ihe_iua", iua))));
    assertThat(requester.organization()).contains("urn:oid:1.2.3");
    assertThat(requester.purposes()).containsExactly(new TokenPurpose("urn:oid:1.2.3.4", "1"));
  }

  @Test
  void aPersonOnAnotherServerDoesNotBecomeOneOfOurs() throws JOSEException {
    String foreign = "https://fhir.example.evil/fhir/Practitioner/7";
    assertThat(accepts(signed(claims().claim("fhirUser", foreign))).fhirUser()).contains(foreign);
  }

  @Test
  void keysOutOfReachAreNotTheTokensFault() throws JOSEException {
    TokenDecoder unreachable =
        JwtDecoders.remote(
            RULES, URI.create("http://127.0.0.1:1/keys"), Clock.fixed(NOW, ZoneOffset.UTC));
    assertThat(unreachable.decode(signed(claims())))
        .isEqualTo(new TokenResult.Refused(Refusal.KEYS_UNAVAILABLE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://issuer.example/keys", "file:///keys", "keys", "ftp://127.0.0.1/"})
  void keysAreNotReadInTheClear(String address) {
    assertThatThrownBy(() -> JwtDecoders.remote(RULES, URI.create(address), Clock.systemUTC()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("want https");
  }
}
