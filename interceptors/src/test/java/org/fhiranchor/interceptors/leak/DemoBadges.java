package org.fhiranchor.interceptors.leak;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;

/** Tokens signed with the key of a server's demo issuer, also with scopes that no role has. */
final class DemoBadges implements Badges {
  private static final long DAY = 86_400;

  private final ECKey key;
  private final Map<String, String> minted = new ConcurrentHashMap<>();

  /** Badges for the server whose data is in this folder. */
  DemoBadges(Path data) {
    EmbeddedIssuer.start(data, Clock.systemUTC());
    try {
      key = ECKey.parse(Files.readString(data.resolve("issuer").resolve("signing-key.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ParseException e) {
      throw new IllegalStateException("the demo issuer's key is no JWK", e);
    }
  }

  @Override
  public String practitioner(String subject) {
    return badge("user/*.cruds openid fhirUser", subject, "Practitioner/" + subject, "TREAT");
  }

  @Override
  public String system(String subject) {
    return badge("system/*.rs", subject, "Practitioner/" + subject, "TREAT");
  }

  @Override
  public String patient(String id) {
    return badge("patient/*.cruds launch/patient", id, "Patient/" + id, "PATRQT");
  }

  @Override
  public String loader() {
    return badge("system/*.cruds", "loader", "Device/loader", "TREAT");
  }

  /** A token of any claims; what the server checks of every token is added. */
  String token(String name, String subject, Map<String, Object> claims) {
    return minted.computeIfAbsent("named " + name, any -> "Bearer " + mint(name, subject, claims));
  }

  /** Servers remember what a token says: after this, all are new. */
  void forget() {
    minted.clear();
  }

  private String badge(String scope, String subject, String user, String purpose) {
    return minted.computeIfAbsent(
        scope + " " + subject, any -> "Bearer " + mint(scope, subject, user, purpose));
  }

  private String mint(String scope, String subject, String user, String purpose) {
    Map<String, Object> claims = new HashMap<>();
    claims.put("scope", scope);
    claims.put("fhirUser", user);
    claims.put("purpose_of_use", List.of(purpose));
    if (user.startsWith("Patient/")) {
      claims.put("patient", subject);
    }
    return mint(scope, subject, claims);
  }

  private String mint(String name, String subject, Map<String, Object> more) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(EmbeddedIssuer.ISSUER)
            .audience(EmbeddedIssuer.AUDIENCE)
            .subject(subject)
            .claim("client_id", EmbeddedIssuer.CLIENT)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(DAY)))
            .jwtID(subject + "-" + name.hashCode());
    more.forEach(claims::claim);
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
    SignedJWT token = new SignedJWT(header, claims.build());
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign a token", e);
    }
    return token.serialize();
  }
}
