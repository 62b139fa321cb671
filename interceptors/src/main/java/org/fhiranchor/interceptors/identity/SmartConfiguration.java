package org.fhiranchor.interceptors.identity;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.fhiranchor.interceptors.identity.token.IssuerMetadata;

/**
 * The document at {@code .well-known/smart-configuration} (SMART App Launch 2.2, conformance): only
 * what this server and its issuer do (SIGN-3). With the demo issuer there is no authorization or
 * token endpoint, since its tokens come from {@code make token}.
 *
 * @param issuer of an OAuth server
 * @param keySet address of the issuer's JWK set
 * @param lists the members that are lists, by name, in the order they are written in
 * @param namesItself whether the issuer is named in each answer of its authorization endpoint
 */
public record SmartConfiguration(
    Optional<URI> issuer,
    Optional<URI> keySet,
    IssuerMetadata.Endpoints endpoints,
    Map<String, List<String>> lists,
    boolean namesItself) {
  /** What the gate does with a token's scopes, whoever issued it. */
  private static final List<String> OF_THE_GATE =
      List.of("permission-patient", "permission-user", "permission-v1", "permission-v2");

  /**
   * What a capability of SMART asks of the issuer: that it knows these scopes. A launch out of an
   * EHR is not here: that an issuer knows {@code launch} does not say that anybody launches.
   */
  private static final Map<String, List<String>> BY_SCOPES =
      Map.of(
          "context-standalone-patient", List.of("launch/patient"),
          "context-standalone-encounter", List.of("launch/encounter"),
          "permission-offline", List.of("offline_access"),
          "permission-online", List.of("online_access"),
          "sso-openid-connect", List.of("openid", "fhirUser"));

  private static final Map<String, String> BY_CLIENT_AUTHENTICATION =
      Map.of(
          "none", "client-public",
          "client_secret_basic", "client-confidential-symmetric",
          "private_key_jwt", "client-confidential-asymmetric");

  /** Of an issuer's scopes, those that mean something to a launch. */
  private static final Pattern LAUNCH =
      Pattern.compile("openid|fhirUser|launch(?:/[a-z]+)?|(?:on|off)line_access");

  /** Keeps an unmodifiable copy. */
  public SmartConfiguration {
    lists = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(lists));
  }

  /** With the demo issuer: required lists are there, and empty where nothing is served. */
  public static SmartConfiguration demo() {
    return new SmartConfiguration(
        Optional.empty(),
        Optional.empty(),
        IssuerMetadata.Endpoints.NONE,
        lists(List.of(), List.of(), ownScopes(), List.of(), OF_THE_GATE),
        false);
  }

  /** With an issuer that publishes nothing, and whose keys the settings name. */
  public static SmartConfiguration of(String issuer, URI keySet) {
    return new SmartConfiguration(
        Optional.of(URI.create(issuer)),
        Optional.of(keySet),
        IssuerMetadata.Endpoints.NONE,
        lists(List.of(), List.of(), List.of(), List.of(), OF_THE_GATE),
        false);
  }

  /** With an OAuth server. */
  public static SmartConfiguration of(IssuerMetadata metadata) {
    boolean token = metadata.endpoints().token().isPresent();
    List<String> challenges = only(metadata.challengeMethods(), List.of("S256"));
    List<String> grants =
        token
            ? only(metadata.grantTypes(), List.of("authorization_code", "client_credentials"))
            : List.of();
    boolean code =
        grants.contains("authorization_code") && metadata.endpoints().authorization().isPresent();
    // SMART wants PKCE of every app, so a launch without it is none.
    boolean launch = code && !challenges.isEmpty();
    return new SmartConfiguration(
        Optional.of(URI.create(metadata.issuer())),
        Optional.of(metadata.keySet()),
        metadata.endpoints(),
        lists(
            grants,
            token ? metadata.clientAuthentication() : List.of(),
            meaningful(metadata.scopes()),
            code ? challenges : List.of(),
            capabilities(metadata, token, launch)),
        metadata.namesItself());
  }

  /** The same with these capabilities besides: what the document of an issuer does not tell. */
  public SmartConfiguration with(List<String> capabilities) {
    Map<String, List<String>> more = new LinkedHashMap<>(lists);
    more.merge(
        "capabilities",
        capabilities,
        (has, adds) -> Stream.concat(has.stream(), adds.stream()).distinct().toList());
    return new SmartConfiguration(issuer, keySet, endpoints, more, namesItself);
  }

  private static Map<String, List<String>> lists(
      List<String> grants,
      List<String> clientAuthentication,
      List<String> scopes,
      List<String> challenges,
      List<String> capabilities) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    lists.put("grant_types_supported", grants);
    if (!clientAuthentication.isEmpty()) {
      lists.put("token_endpoint_auth_methods_supported", clientAuthentication);
    }
    if (!scopes.isEmpty()) {
      lists.put("scopes_supported", scopes);
    }
    lists.put("response_types_supported", challenges.isEmpty() ? List.of() : List.of("code"));
    lists.put("code_challenge_methods_supported", challenges);
    lists.put("capabilities", capabilities);
    return lists;
  }

  private static List<String> capabilities(IssuerMetadata metadata, boolean token, boolean launch) {
    List<String> all = new ArrayList<>(OF_THE_GATE);
    if (token) {
      metadata.clientAuthentication().stream()
          .flatMap(way -> Optional.ofNullable(BY_CLIENT_AUTHENTICATION.get(way)).stream())
          .forEach(all::add);
    }
    if (launch) {
      all.add("launch-standalone");
      BY_SCOPES.entrySet().stream()
          .filter(needs -> metadata.scopes().containsAll(needs.getValue()))
          .map(Map.Entry::getKey)
          .sorted()
          .forEach(all::add);
    }
    return all;
  }

  private static List<String> only(List<String> said, List<String> wanted) {
    return wanted.stream().filter(said::contains).toList();
  }

  private static List<String> meaningful(List<String> scopes) {
    return scopes.stream()
        .filter(scope -> LAUNCH.matcher(scope).matches() || isUnderstood(scope))
        .distinct()
        .toList();
  }

  private static boolean isUnderstood(String scope) {
    SmartScopes read = SmartScopes.parse(scope);
    return read.resources().size() + read.roles().size() == 1
        && read.others().isEmpty()
        && !scope.contains(" ");
  }

  private static List<String> ownScopes() {
    return Stream.concat(
            Stream.of("patient/*.cruds", "user/*.cruds", "system/*.cruds"),
            Stream.of(Role.values()).map(Role::scope))
        .toList();
  }

  /** The document, as JSON. */
  public String json() {
    Map<String, String> fields = new LinkedHashMap<>();
    put(fields, "issuer", issuer);
    put(fields, "jwks_uri", keySet);
    put(fields, "authorization_endpoint", endpoints.authorization());
    put(fields, "token_endpoint", endpoints.token());
    put(fields, "introspection_endpoint", endpoints.introspection());
    put(fields, "revocation_endpoint", endpoints.revocation());
    put(fields, "registration_endpoint", endpoints.registration());
    put(fields, "end_session_endpoint", endpoints.endSession());
    lists.forEach((name, values) -> fields.put(name, list(values)));
    if (namesItself) {
      fields.put("authorization_response_iss_parameter_supported", "true");
    }
    return fields.entrySet().stream()
        .map(field -> "  " + quoted(field.getKey()) + ": " + field.getValue())
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  private static void put(Map<String, String> fields, String name, Optional<URI> address) {
    address.ifPresent(uri -> fields.put(name, quoted(uri.toString())));
  }

  private static String list(List<String> values) {
    return values.stream()
        .map(SmartConfiguration::quoted)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
