package org.fhiranchor.interceptors.identity.token;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.Map;
import java.util.Optional;

/**
 * What an OAuth server says about itself at {@code [issuer]/.well-known/openid-configuration}
 * (OpenID Connect Discovery 1.0, section 4).
 *
 * @param issuer exactly the issuer that was asked
 * @param keySet address of its JWK set
 */
public record IssuerMetadata(
    String issuer, URI keySet, Optional<URI> authorization, Optional<URI> token) {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 3_000;
  private static final int MAX_BYTES = 256 * 1024;

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
          uri(fields, "authorization_endpoint"),
          uri(fields, "token_endpoint"));
    } catch (ParseException | IllegalArgumentException e) {
      throw new IOException("issuer metadata of " + issuer + " cannot be read", e);
    }
  }

  private static Optional<URI> uri(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof String text
        ? Optional.of(URI.create(text))
        : Optional.empty();
  }
}
