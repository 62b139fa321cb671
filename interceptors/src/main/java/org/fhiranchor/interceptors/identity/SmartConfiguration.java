package org.fhiranchor.interceptors.identity;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.token.IssuerMetadata;

/**
 * The document at {@code .well-known/smart-configuration} (SMART App Launch 2.0, section 4). Fields
 * that this server does not know are left out: with the demo issuer there is no authorization or
 * token endpoint, since its tokens come from {@code make token}.
 *
 * @param issuer of an OAuth server
 * @param authorization authorization endpoint
 * @param token token endpoint
 * @param keySet address of the issuer's JWK set
 */
public record SmartConfiguration(
    Optional<URI> issuer, Optional<URI> authorization, Optional<URI> token, Optional<URI> keySet) {
  private static final List<String> CAPABILITIES =
      List.of("permission-patient", "permission-user", "permission-v1", "permission-v2");

  /** With the demo issuer. */
  public static SmartConfiguration demo() {
    return new SmartConfiguration(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** With an OAuth server. */
  public static SmartConfiguration of(IssuerMetadata metadata) {
    return new SmartConfiguration(
        Optional.of(URI.create(metadata.issuer())),
        metadata.authorization(),
        metadata.token(),
        Optional.of(metadata.keySet()));
  }

  /** The document, as JSON. */
  public String json() {
    Map<String, String> fields = new LinkedHashMap<>();
    issuer.ifPresent(address -> fields.put("issuer", quoted(address.toString())));
    keySet.ifPresent(address -> fields.put("jwks_uri", quoted(address.toString())));
    authorization.ifPresent(
        address -> fields.put("authorization_endpoint", quoted(address.toString())));
    token.ifPresent(address -> fields.put("token_endpoint", quoted(address.toString())));
    fields.put("grant_types_supported", list(grantTypes()));
    fields.put("scopes_supported", list(scopes()));
    fields.put("response_types_supported", list(List.of("code")));
    fields.put("code_challenge_methods_supported", list(List.of("S256")));
    fields.put("capabilities", list(capabilities()));
    return fields.entrySet().stream()
        .map(field -> "  " + quoted(field.getKey()) + ": " + field.getValue())
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  /** The element is required; tokens of the demo issuer are granted by nothing that SMART names. */
  private List<String> grantTypes() {
    return token.isPresent() ? List.of("authorization_code", "client_credentials") : List.of();
  }

  private static List<String> scopes() {
    return Stream.concat(
            Stream.of("patient/*.cruds", "user/*.cruds", "system/*.cruds"),
            Stream.of(Role.values()).map(Role::scope))
        .toList();
  }

  private List<String> capabilities() {
    List<String> capabilities = new ArrayList<>(CAPABILITIES);
    if (authorization.isPresent() && token.isPresent()) {
      capabilities.addAll(List.of("launch-standalone", "context-standalone-patient"));
    }
    return capabilities;
  }

  private static String list(List<String> values) {
    return values.stream()
        .map(SmartConfiguration::quoted)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /**
   * URIs and scopes hold no character that JSON would escape, except a quote or backslash in a
   * broken setting.
   */
  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
