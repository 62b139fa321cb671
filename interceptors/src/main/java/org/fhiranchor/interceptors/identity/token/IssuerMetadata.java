package org.fhiranchor.interceptors.identity.token;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an OAuth server says about itself at {@code [issuer]/.well-known/openid-configuration}
 * (OpenID Connect Discovery 1.0, section 4; RFC 8414 section 2). An endpoint that is no address, or
 * neither https nor on this machine, is left out: no app is to be sent there. A list that is left
 * out has the default of these documents.
 *
 * @param issuer exactly the issuer that was asked
 * @param keySet address of its JWK set
 * @param grantTypes {@code authorization_code} and {@code implicit} where the issuer says nothing
 * @param challengeMethods ways of PKCE; empty where the issuer says nothing
 * @param clientAuthentication at the token endpoint; {@code client_secret_basic} where the issuer
 *     says nothing
 * @param scopes empty where the issuer says nothing
 * @param namesItself in each answer of the authorization endpoint (RFC 9207 section 3)
 */
public record IssuerMetadata(
    String issuer,
    URI keySet,
    Endpoints endpoints,
    List<String> grantTypes,
    List<String> challengeMethods,
    List<String> clientAuthentication,
    List<String> scopes,
    boolean namesItself) {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 3_000;
  private static final int MAX_BYTES = 256 * 1024;

  /** Keeps unmodifiable copies. */
  public IssuerMetadata {
    grantTypes = List.copyOf(grantTypes);
    challengeMethods = List.copyOf(challengeMethods);
    clientAuthentication = List.copyOf(clientAuthentication);
    scopes = List.copyOf(scopes);
  }

  /** Where an app goes. */
  public record Endpoints(
      Optional<URI> authorization,
      Optional<URI> token,
      Optional<URI> introspection,
      Optional<URI> revocation,
      Optional<URI> registration,
      Optional<URI> endSession) {
    /** None is known. */
    public static final Endpoints NONE =
        new Endpoints(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }

  /**
   * Asks the issuer, once, for at most five seconds.
   *
   * @throws IOException when it does not answer, or answers for another issuer; worth trying again
   * @throws IllegalArgumentException when the address is neither https nor on loopback
   */
  public static IssuerMetadata fetch(String issuer) throws IOException {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    URI address =
        IssuerAddress.checked("issuer", URI.create(base + "/.well-known/openid-configuration"));
    String document =
        new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, MAX_BYTES)
            .retrieveResource(address.toURL())
            .getContent();
    return read(issuer, document);
  }

  static IssuerMetadata read(String issuer, String document) throws IOException {
    try {
      Map<String, Object> fields = JSONObjectUtils.parse(document);
      if (!issuer.equals(fields.get("issuer"))) {
        throw new IOException("issuer metadata: want those of " + issuer + ", got another's");
      }
      URI keySet =
          uri(fields, "jwks_uri")
              .orElseThrow(() -> new IOException("issuer metadata: want jwks_uri, got none"));
      return new IssuerMetadata(
          issuer,
          IssuerAddress.checked("jwks_uri", keySet),
          endpoints(fields),
          texts(fields, "grant_types_supported", List.of("authorization_code", "implicit")),
          texts(fields, "code_challenge_methods_supported", List.of()),
          texts(fields, "token_endpoint_auth_methods_supported", List.of("client_secret_basic")),
          texts(fields, "scopes_supported", List.of()),
          Boolean.TRUE.equals(fields.get("authorization_response_iss_parameter_supported")));
    } catch (ParseException | IllegalArgumentException e) {
      throw new IOException("issuer metadata of " + issuer + " cannot be read", e);
    }
  }

  private static Endpoints endpoints(Map<String, Object> fields) {
    return new Endpoints(
        endpoint(fields, "authorization_endpoint"),
        endpoint(fields, "token_endpoint"),
        endpoint(fields, "introspection_endpoint"),
        endpoint(fields, "revocation_endpoint"),
        endpoint(fields, "registration_endpoint"),
        endpoint(fields, "end_session_endpoint"));
  }

  private static Optional<URI> endpoint(Map<String, Object> fields, String name) {
    try {
      return uri(fields, name).filter(IssuerAddress::isSafe);
    } catch (IllegalArgumentException noAddress) {
      // One that cannot be written keeps nobody from the others.
      return Optional.empty();
    }
  }

  private static Optional<URI> uri(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof String text
        ? Optional.of(URI.create(text))
        : Optional.empty();
  }

  private static List<String> texts(
      Map<String, Object> fields, String name, List<String> otherwise) {
    return fields.get(name) instanceof List<?> list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : otherwise;
  }
}
