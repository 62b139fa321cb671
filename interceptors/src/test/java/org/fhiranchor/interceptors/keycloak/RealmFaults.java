package org.fhiranchor.interceptors.keycloak;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a realm gives to more people than it is meant for (docs/decide/keycloak.md). */
final class RealmFaults {
  /** What a user is, and an administrator alone may say. */
  static final List<String> GIVEN =
      List.of("fhirUser", "patient", "organization", "purpose_of_use");

  /** Whoever may have each scope that reaches many people. */
  private static final Map<String, String> ROLES =
      Map.of(
          "user/*.cruds", "clinician",
          "user/*.rs", "clinician",
          "user/AuditEvent.rs", "compliance-officer",
          "user/Provenance.rs", "compliance-officer",
          "anchor/compliance.read", "compliance-officer",
          "anchor/registrar", "registrar",
          "anchor/operator", "operator");

  /** What everybody may have who signs in: who they are, their own record, who works here. */
  private static final Set<String> EVERYBODYS =
      Set.of(
          "basic",
          "fhir-anchor",
          "fhirUser",
          "launch/patient",
          "offline_access",
          "online_access",
          "user/Practitioner.rs");

  private static final Set<String> BY_DEFAULT = Set.of("basic", "fhir-anchor");

  private final List<String> found = new ArrayList<>();
  private final JsonNode realm;

  private RealmFaults(JsonNode realm) {
    this.realm = realm;
  }

  /** Each in words; none for a good one. */
  static List<String> of(JsonNode realm) {
    RealmFaults faults = new RealmFaults(realm);
    faults.scopes();
    realm.path("clients").forEach(faults::client);
    faults.people();
    return List.copyOf(faults.found);
  }

  /** Where the rules of users' attributes stand, as text. */
  static ArrayNode profile(JsonNode realm) {
    return (ArrayNode)
        realm
            .path("components")
            .path("org.keycloak.userprofile.UserProfileProvider")
            .path(0)
            .path("config")
            .path("kc.user.profile.config");
  }

  private void want(boolean good, String fault) {
    if (!good) {
      found.add(fault);
    }
  }

  private void scopes() {
    Set<String> names = new TreeSet<>();
    realm.path("clientScopes").forEach(scope -> names.add(scope.path("name").asText()));
    ROLES.forEach(
        (scope, role) -> {
          want(names.contains(scope), "scope " + scope + ": absent");
          want(rolesOf(scope).equals(List.of(Set.of(role))), "role of scope " + scope);
        });
    names.stream()
        .filter(scope -> !ROLES.containsKey(scope) && !EVERYBODYS.contains(scope))
        .filter(scope -> !isPatients(scope) && !isServices(scope))
        .forEach(scope -> found.add("scope " + scope + ": nobody decided who may have it"));
    want(
        texts(realm, "defaultDefaultClientScopes").equals(Set.of("basic")),
        "defaultDefaultClientScopes");
    want(texts(realm, "defaultOptionalClientScopes").isEmpty(), "defaultOptionalClientScopes");
    want(realm.path("clientScopeMappings").isEmpty(), "clientScopeMappings");
  }

  /** Of each mapping that the scope has. */
  private List<Set<String>> rolesOf(String scope) {
    return all(realm.path("scopeMappings"))
        .filter(mapping -> mapping.path("clientScope").asText().equals(scope))
        .map(mapping -> texts(mapping, "roles"))
        .toList();
  }

  private static boolean isPatients(String scope) {
    return scope.startsWith("patient/");
  }

  private static boolean isServices(String scope) {
    return scope.startsWith("system/");
  }

  private void client(JsonNode client) {
    String name = client.path("clientId").asText() + ": ";
    for (String off :
        List.of("fullScopeAllowed", "implicitFlowEnabled", "directAccessGrantsEnabled")) {
      want(client.has(off) && !client.path(off).asBoolean(), name + off);
    }
    want(texts(client, "defaultClientScopes").equals(BY_DEFAULT), name + "defaultClientScopes");
    want(
        all(client.path("redirectUris")).noneMatch(uri -> uri.asText().contains("*")),
        name + "redirectUris");
    if (client.path("serviceAccountsEnabled").asBoolean()
        && !client.path("publicClient").asBoolean()) {
      service(client, name);
    } else {
      app(client, name);
    }
  }

  private void app(JsonNode client, String name) {
    want(
        client.path("attributes").path("pkce.code.challenge.method").asText().equals("S256"),
        name + "pkce by S256");
    want(!client.path("serviceAccountsEnabled").asBoolean(), name + "serviceAccountsEnabled");
    texts(client, "optionalClientScopes").stream()
        .filter(RealmFaults::isServices)
        .forEach(scope -> found.add(name + scope));
  }

  private void service(JsonNode client, String name) {
    want(client.path("clientAuthenticatorType").asText().equals("client-jwt"), name + "client-jwt");
    want(
        client.has("standardFlowEnabled") && !client.path("standardFlowEnabled").asBoolean(),
        name + "standardFlowEnabled");
    want(
        texts(client, "optionalClientScopes").stream().allMatch(RealmFaults::isServices),
        name + "optionalClientScopes");
  }

  private void people() {
    want(!realm.path("registrationAllowed").asBoolean(), "registrationAllowed");
    want(!realm.path("editUsernameAllowed").asBoolean(), "editUsernameAllowed");
    want(!realm.has("defaultRole") && !realm.has("defaultRoles"), "defaultRole or defaultRoles");
    all(realm.path("roles").path("realm"))
        .filter(role -> role.path("composite").asBoolean() || role.has("composites"))
        .forEach(role -> found.add("role " + role.path("name").asText() + ": has others in it"));
    JsonNode rules = read(profile(realm).path(0).asText());
    want(!rules.has("unmanagedAttributePolicy"), "unmanaged attributes");
    for (String attribute : GIVEN) {
      want(
          all(rules.path("attributes"))
              .filter(one -> one.path("name").asText().equals(attribute))
              .map(one -> texts(one.path("permissions"), "edit"))
              .toList()
              .equals(List.of(Set.of("admin"))),
          attribute + ": others than an administrator may edit it");
    }
  }

  private static JsonNode read(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  private static Stream<JsonNode> all(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static Set<String> texts(JsonNode node, String name) {
    return all(node.path(name)).map(JsonNode::asText).collect(toSet());
  }
}
