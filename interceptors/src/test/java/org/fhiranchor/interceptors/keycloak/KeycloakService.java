package org.fhiranchor.interceptors.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;

/** The client {@code a-service} of the realm: signs in with its key, without people. */
public final class KeycloakService {
  private final ECKey key;

  private KeycloakService(ECKey key) {
    this.key = key;
  }

  /** With a new key, which Keycloak does not know yet. */
  public static KeycloakService withNewKey() throws JOSEException {
    return new KeycloakService(
        new ECKeyGenerator(Curve.P_384).keyUse(KeyUse.SIGNATURE).keyID("k").generate());
  }

  /** What an operator does at the client's page: its public key. */
  public void enter(ObjectNode realm) {
    for (JsonNode client : realm.path("clients")) {
      if (client.path("clientId").asText().equals("a-service")) {
        ((ObjectNode) client.path("attributes"))
            .put("jwks.string", new JWKSet(key.toPublicJWK()).toString());
      }
    }
  }

  /** What Keycloak's token endpoint answers. */
  public JsonNode tokens(Keycloak keycloak, String scope)
      throws IOException, InterruptedException, JOSEException {
    return new KeycloakLogin(keycloak, "a-service")
        .token(
            Map.of(
                "grant_type",
                "client_credentials",
                "scope",
                scope,
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                assertion(keycloak.issuer())));
  }

  private String assertion(String issuer) throws JOSEException {
    Instant now = Instant.now();
    SignedJWT assertion =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer("a-service")
                .subject("a-service")
                .audience(issuer)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(60)))
                .build());
    assertion.sign(new ECDSASigner(key));
    return assertion.serialize();
  }
}
