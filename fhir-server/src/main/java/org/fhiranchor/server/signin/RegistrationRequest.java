package org.fhiranchor.server.signin;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.net.URI;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.identity.ScopeMatcher;
import org.fhiranchor.interceptors.identity.scope.ScopeLevel;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;

/**
 * What an app says of itself, checked. Keys come with it: an address of keys would make this server
 * fetch from wherever a stranger likes.
 *
 * @param jwks as they came, public keys alone
 */
record RegistrationRequest(
    String name,
    List<String> redirectUris,
    List<String> afterSignOut,
    List<String> grantTypes,
    String authentication,
    String scope,
    Optional<Map<String, Object>> jwks,
    Optional<String> launchUri) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME =
      Pattern.compile("(?=.*\\S)[^\\p{C}\\p{Zl}\\p{Zp}]{1,100}", Pattern.UNICODE_CHARACTER_CLASS);
  private static final int LONGEST_TEXT = 200;
  private static final int MOST_URIS = 10;
  private static final int MOST_KEYS = 10;
  private static final int LONGEST_SCOPE = 4_000;
  private static final String SERVICE = "client_credentials";
  private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1");

  static RegistrationRequest read(JsonNode json) {
    String authentication = text(json, "token_endpoint_auth_method").orElse(App.SECRET);
    want(
        SignInMetadata.CLIENT_AUTHENTICATION.contains(authentication),
        "token_endpoint_auth_method: want one of " + SignInMetadata.CLIENT_AUTHENTICATION);
    List<String> grants = texts(json, "grant_types");
    List<String> grantTypes = grants.isEmpty() ? List.of("authorization_code") : grants;
    want(
        SignInMetadata.GRANTS.containsAll(grantTypes),
        "grant_types: want some of " + SignInMetadata.GRANTS);
    want(!json.has("jwks_uri"), "jwks_uri: want jwks with the keys themselves");
    RegistrationRequest request =
        new RegistrationRequest(
            text(json, "client_name")
                .map(RegistrationRequest::legible)
                .orElse("an app without a name"),
            uris(json, "redirect_uris"),
            uris(json, "post_logout_redirect_uris"),
            grantTypes,
            authentication,
            scope(json),
            keys(json),
            text(json, "launch_uri").map(uri -> loopback("launch_uri", uri)));
    request.check();
    return request;
  }

  private void check() {
    boolean person = grantTypes.contains("authorization_code");
    if (person && redirectUris.isEmpty()) {
      throw new RegistrationRefusedException(
          "invalid_redirect_uri", "redirect_uris: want one, got none");
    }
    want(
        jwks.isPresent() == authentication.equals(App.ASSERTION),
        "jwks: want public keys with private_key_jwt, and with nothing else");
    want(
        !isService() || authentication.equals(App.ASSERTION),
        "client_credentials: want private_key_jwt");
    want(!isService() || isOfService(scope), "scope: want system/ scopes alone for a service");
    want(
        person != isService(),
        "grant_types: want authorization_code or client_credentials, and not both");
  }

  /** Nothing is promised that would open nothing (SIGN-5). */
  void wantExact(ScopeMatcher matcher) {
    want(
        SmartScopes.parse(scope).resources().stream().allMatch(matcher::isExact),
        "scope: want search parameters that are tokens of the type");
  }

  boolean isService() {
    return grantTypes.contains(SERVICE);
  }

  boolean hasSecret() {
    return authentication.equals(App.SECRET) || authentication.equals(App.SECRET_IN_BODY);
  }

  App app(String id, Optional<String> secretHash, long issuedAt) {
    return new App(
        id,
        name,
        redirectUris,
        afterSignOut,
        grantTypes,
        authentication,
        scope,
        secretHash.orElse(null),
        jwks.orElse(null),
        launchUri.orElse(null),
        issuedAt,
        false,
        // A service is nobody's to sign in to, and an operator has answered for it.
        !isService());
  }

  private static Optional<String> text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    want(
        value.isMissingNode()
            || (value.isTextual() && value.asText().length() <= LONGEST_TEXT * MOST_URIS),
        name + ": want a text");
    return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
  }

  /** What a person reads before they decide: one line, and nothing that hides or turns letters. */
  private static String legible(String name) {
    want(
        NAME.matcher(name).matches(),
        "client_name: want 1 to 100 letters in one line, and none that cannot be seen");
    return name;
  }

  private static List<String> texts(JsonNode json, String name) {
    List<String> texts = new ArrayList<>();
    JsonNode list = json.path(name);
    want(
        list.isMissingNode() || (list.isArray() && list.size() <= MOST_URIS),
        name + ": want a list of at most " + MOST_URIS);
    for (JsonNode one : list) {
      want(one.isTextual(), name + ": want texts");
      texts.add(one.asText());
    }
    return List.copyOf(texts);
  }

  private static List<String> uris(JsonNode json, String name) {
    return texts(json, name).stream().map(uri -> loopback(name, uri)).toList();
  }

  /**
   * An address on this machine, word by word as it will be compared: no user, no fragment, no dots
   * that lead elsewhere, no wildcard.
   */
  private static String loopback(String name, String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException notAnAddress) {
      throw notLoopback(name);
    }
    boolean good =
        text.length() <= LONGEST_TEXT * MOST_URIS
            && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
            && uri.getHost() != null
            && HOSTS.contains(uri.getHost())
            && uri.getRawUserInfo() == null
            && uri.getRawFragment() == null
            && uri.normalize().equals(uri)
            && !text.contains("*")
            && !text.contains("\\");
    if (!good) {
      throw notLoopback(name);
    }
    return text;
  }

  private static RegistrationRefusedException notLoopback(String name) {
    return new RegistrationRefusedException(
        "invalid_redirect_uri",
        name + ": want http or https on localhost or 127.0.0.1, without user and fragment");
  }

  private static String scope(JsonNode json) {
    String asked = text(json, "scope").orElse(String.join(" ", PersonScopes.offered()));
    want(
        !asked.isBlank() && asked.length() <= LONGEST_SCOPE,
        "scope: want some, of at most 4,000 letters");
    return asked.strip();
  }

  /** What a service may have: no right beside FHIR's own, and nothing of persons. */
  private static boolean isOfService(String scope) {
    SmartScopes read = SmartScopes.parse(scope);
    return read.roles().isEmpty()
        && read.others().isEmpty()
        && read.resources().stream().allMatch(one -> one.level() == ScopeLevel.SYSTEM);
  }

  private static Optional<Map<String, Object>> keys(JsonNode json) {
    if (!json.has("jwks")) {
      return Optional.empty();
    }
    Map<String, Object> keys =
        json.get("jwks").isObject()
            ? JSON.convertValue(json.get("jwks"), new TypeReference<Map<String, Object>>() {})
            : Map.of();
    try {
      List<JWK> read = JWKSet.parse(keys).getKeys();
      want(
          !read.isEmpty() && read.size() <= MOST_KEYS && read.stream().noneMatch(JWK::isPrivate),
          "jwks: want 1 to 10 public keys");
      return Optional.of(keys);
    } catch (ParseException notKeys) {
      throw new RegistrationRefusedException(
          "invalid_client_metadata", "jwks: want a set of public keys");
    }
  }

  private static void want(boolean held, String what) {
    if (!held) {
      throw new RegistrationRefusedException("invalid_client_metadata", what);
    }
  }
}
