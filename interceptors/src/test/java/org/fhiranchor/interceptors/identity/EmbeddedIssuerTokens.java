package org.fhiranchor.interceptors.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;
import org.fhiranchor.interceptors.identity.demo.IssuerKeyFile;

/** Tokens with scopes that no demo role has, signed with the demo issuer's key. */
public final class EmbeddedIssuerTokens {
  private EmbeddedIssuerTokens() {}

  public static String scoped(Path data, String scope) {
    ECKey key = IssuerKeyFile.in(data).read();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(EmbeddedIssuer.ISSUER)
            .audience(EmbeddedIssuer.AUDIENCE)
            .subject("somebody")
            .claim("scope", scope)
            .expirationTime(Date.from(Instant.now().plusSeconds(600)))
            .build();
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }
}
