package org.fhiranchor.interceptors.identity;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.demo.DemoToken;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;

/** Tokens of a server's own demo issuer, for anybody, with any scopes and purposes. */
public final class TestTokens {
  private final EmbeddedIssuer issuer;

  /** Signs with the key in the server's data folder. */
  public TestTokens(Path data) {
    this.issuer = EmbeddedIssuer.start(data, Clock.systemUTC());
  }

  /** Loads whatever there is to load. */
  public String loader() {
    return issuer.mint(DemoToken.of(DemoRole.LOADER));
  }

  /** What {@code make token ROLE=… } prints. */
  public String of(DemoRole role) {
    return issuer.mint(DemoToken.of(role));
  }

  /** A patient, about themself. */
  public String patient(String id) {
    return issuer.mint(DemoToken.patient(id));
  }

  /** A practitioner who treats. */
  public String practitioner(String id, String... purposes) {
    return of("Practitioner/" + id, "", "user/*.cruds", purposes);
  }

  /**
   * Anybody.
   *
   * @param patient empty for none
   */
  public String of(String fhirUser, String patient, String scope, String... purposes) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(EmbeddedIssuer.ISSUER)
            .audience(EmbeddedIssuer.AUDIENCE)
            .subject(fhirUser.substring(fhirUser.indexOf('/') + 1))
            .claim("client_id", EmbeddedIssuer.CLIENT)
            .claim("scope", scope)
            .claim("fhirUser", fhirUser)
            .claim("purpose_of_use", List.of(purposes))
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(7200)));
    if (!patient.isEmpty()) {
      claims.claim("patient", patient);
    }
    return issuer.sign(claims.build());
  }

  /** Somebody of whom the token says exactly this, beside {@code sub} and what makes it valid. */
  public String saying(Map<String, Object> more) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(EmbeddedIssuer.ISSUER)
            .audience(EmbeddedIssuer.AUDIENCE)
            .subject("somebody")
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(7200)));
    more.forEach(claims::claim);
    return issuer.sign(claims.build());
  }
}
