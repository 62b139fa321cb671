package org.fhiranchor.interceptors.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The realm for Keycloak as it is published, and what a slip in it would give away. */
final class KeycloakRealmTest {
  private static final String REALM = "docs/operate/keycloak/fhir-anchor-realm.json";

  private ObjectNode realm = new ObjectMapper().createObjectNode();

  @BeforeEach
  void read() throws IOException {
    Path root = Path.of(System.getProperty("anchor.root", ".."));
    realm = (ObjectNode) new ObjectMapper().readTree(root.resolve(REALM).toFile());
  }

  @Test
  @DisplayName("SIGN-1 the realm gives everybody what is meant for everybody, and no more")
  void asItIs() {
    assertThat(RealmFaults.of(realm)).isEmpty();
  }

  @Test
  @DisplayName("SIGN-1 a role that is taken off any scope, or changed, is found")
  void withoutARole() {
    ArrayNode mappings = (ArrayNode) realm.path("scopeMappings");
    assertThat(mappings).hasSizeGreaterThan(6);
    for (int i = 0; i < mappings.size(); i++) {
      int which = i;
      String scope = mappings.get(i).path("clientScope").asText();
      finds("role of scope " + scope, it -> mapping(it, which).putArray("roles"));
      finds("role of scope " + scope, it -> mapping(it, which).putArray("roles").add("anybody"));
      finds("role of scope " + scope, it -> mapping(it, which).withArray("roles").add("anybody"));
      finds("role of scope " + scope, it -> ((ArrayNode) it.path("scopeMappings")).remove(which));
    }
  }

  private static ObjectNode mapping(ObjectNode realm, int which) {
    return (ObjectNode) realm.path("scopeMappings").path(which);
  }

  @Test
  @DisplayName("SIGN-1 a scope that nobody decided about, or that comes by default, is found")
  void otherScopes() {
    finds(
        "scope user/Observation.rs",
        it -> it.withArray("clientScopes").addObject().put("name", "user/Observation.rs"));
    finds("defaultDefaultClientScopes", it -> it.withArray("defaultDefaultClientScopes").add("x"));
    finds(
        "defaultOptionalClientScopes",
        it -> it.withArray("defaultOptionalClientScopes").add("anchor/operator"));
  }

  @Test
  @DisplayName("SIGN-1 a client that asks for less than PKCE, or may ask for more, is found")
  void clients() {
    Map<String, Consumer<ObjectNode>> slips = new LinkedHashMap<>();
    slips.put(
        "pkce",
        client -> client.withObjectProperty("attributes").remove("pkce.code.challenge.method"));
    slips.put("fullScopeAllowed", client -> client.remove("fullScopeAllowed"));
    slips.put("implicitFlowEnabled", client -> client.put("implicitFlowEnabled", true));
    slips.put("directAccessGrantsEnabled", client -> client.remove("directAccessGrantsEnabled"));
    slips.put("serviceAccountsEnabled", client -> client.put("serviceAccountsEnabled", true));
    slips.put(
        "defaultClientScopes",
        client -> client.withArray("defaultClientScopes").add("anchor/operator"));
    slips.put("system/*.rs", client -> client.withArray("optionalClientScopes").add("system/*.rs"));
    slips.put("redirectUris", client -> client.putArray("redirectUris").add("*"));
    for (String name : new String[] {"an-app", "fhir-anchor-console"}) {
      slips.forEach((word, slip) -> finds(name + ": " + word, it -> slip.accept(client(it, name))));
    }
    finds(
        "a-service: optionalClientScopes",
        it -> client(it, "a-service").withArray("optionalClientScopes").add("anchor/operator"));
    finds(
        "a-service: client-jwt",
        it -> client(it, "a-service").put("clientAuthenticatorType", "client-secret"));
    finds(
        "a-service: standardFlowEnabled",
        it -> client(it, "a-service").put("standardFlowEnabled", true));
  }

  private static ObjectNode client(ObjectNode realm, String name) {
    for (JsonNode client : realm.path("clients")) {
      if (client.path("clientId").asText().equals(name)) {
        return (ObjectNode) client;
      }
    }
    throw new AssertionError("no client " + name);
  }

  @Test
  @DisplayName("SIGN-1 what people may say of themselves is found: who they are, and an account")
  void people() {
    for (String attribute : RealmFaults.GIVEN) {
      finds(
          attribute,
          it ->
              profile(
                  it,
                  text ->
                      text.replaceFirst(
                          "(\"name\":\"" + attribute + "\".*?\"edit\":\\[\"admin\")",
                          "$1,\"user\"")));
    }
    finds(
        "unmanaged",
        it ->
            profile(
                it,
                text -> text.replaceFirst("\\{", "{\"unmanagedAttributePolicy\":\"ENABLED\",")));
    finds("registrationAllowed", it -> it.put("registrationAllowed", true));
    finds("editUsernameAllowed", it -> it.put("editUsernameAllowed", true));
    finds(
        "role clinician",
        it -> ((ObjectNode) it.path("roles").path("realm").path(0)).put("composite", true));
    finds("defaultRoles", it -> it.putArray("defaultRoles").add("operator"));
    finds("defaultRole", it -> it.putObject("defaultRole").put("name", "operator"));
  }

  private static void profile(ObjectNode realm, UnaryOperator<String> change) {
    ArrayNode kept = RealmFaults.profile(realm);
    kept.set(0, change.apply(kept.path(0).asText()));
  }

  private void finds(String fault, Consumer<ObjectNode> slip) {
    ObjectNode changed = realm.deepCopy();
    slip.accept(changed);
    assertThat(RealmFaults.of(changed)).anySatisfy(one -> assertThat(one).contains(fault));
  }
}
