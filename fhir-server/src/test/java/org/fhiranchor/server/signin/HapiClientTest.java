package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
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
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HAPI's own Java client, as a back-end service has it. */
final class HapiClientTest {
  private static final String SCOPE = "system/Organization.cruds";

  private final SignInServer server = SignInServer.shared();

  @Test
  @DisplayName("SIGN-6 HAPI's Java client writes and reads with the token of a back-end service")
  void writesAndReads() throws JOSEException {
    IGenericClient client = FhirContext.forR4Cached().newRestfulGenericClient(server.fhir());
    client.registerInterceptor(new BearerTokenAuthInterceptor(token()));

    MethodOutcome made =
        client.create().resource(new Organization().setName("HAPI's client")).execute();
    Organization read =
        client.read().resource(Organization.class).withId(made.getId().getIdPart()).execute();
    Bundle found =
        client
            .search()
            .forResource(Organization.class)
            .where(Organization.NAME.matches().value("HAPI"))
            .returnBundle(Bundle.class)
            .execute();

    assertThat(read.getName()).isEqualTo("HAPI's client");
    assertThat(found.getEntry()).isNotEmpty();
    assertThatThrownBy(() -> client.search().forResource(Patient.class).execute())
        .isInstanceOf(ForbiddenOperationException.class);
  }

  private String token() throws JOSEException {
    ECKey key = new ECKeyGenerator(Curve.P_384).keyUse(KeyUse.SIGNATURE).keyID("k").generate();
    Answer service =
        SmartApp.register(
            server,
            "{\"grant_types\":[\"client_credentials\"],\"token_endpoint_auth_method\":\"private_key_jwt\","
                + "\"scope\":\"%s\",\"jwks\":%s}".formatted(SCOPE, new JWKSet(key.toPublicJWK())),
            "Authorization",
            "Bearer " + server.minted(DemoRole.OPERATOR));
    Answer token =
        SmartApp.post(
            server.address() + "/oauth2/token",
            Map.of(
                "grant_type",
                "client_credentials",
                "scope",
                SCOPE,
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                assertion(service.text("client_id"), key)));
    assertThat(token.status()).as(token.response().body()).isEqualTo(200);
    return token.text("access_token");
  }

  private String assertion(String id, ECKey key) throws JOSEException {
    SignedJWT assertion =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(id)
                .subject(id)
                .audience(server.address() + "/oauth2/token")
                .expirationTime(Date.from(Instant.now().plusSeconds(240)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    assertion.sign(new ECDSASigner(key));
    return assertion.serialize();
  }
}
