package org.fhiranchor.interceptors.gate.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.interceptors.identity.token.TokenPurpose;

/**
 * Keeps somebody who asked for something that is delivered later: a job's lines, a subscription's
 * notifications. A JSON object; read back it decides like the original.
 */
final class AccessSubjectText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AccessSubjectText() {}

  static String write(AccessSubject asking) {
    Requester who = asking.who();
    ObjectNode node = JSON.createObjectNode().put("sub", who.subject());
    who.clientId().ifPresent(value -> node.put("client", value));
    who.fhirUser().ifPresent(value -> node.put("fhirUser", value));
    who.organization().ifPresent(value -> node.put("organization", value));
    who.patient().ifPresent(value -> node.put("patient", value));
    asking.breakGlassReason().ifPresent(value -> node.put("glass", value));
    node.put("scope", who.scopes().text());
    ArrayNode purposes = node.putArray("purposes");
    who.purposes()
        .forEach(
            purpose ->
                purposes.addObject().put("system", purpose.system()).put("code", purpose.code()));
    return node.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalStateException when it is anything else
   */
  static AccessSubject read(String text) {
    try {
      return read(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("kept requester: want what this server wrote", e);
    }
  }

  private static AccessSubject read(JsonNode node) {
    Set<TokenPurpose> purposes = new LinkedHashSet<>();
    node.path("purposes")
        .forEach(
            purpose ->
                purposes.add(
                    new TokenPurpose(
                        purpose.path("system").asText(), purpose.path("code").asText())));
    Requester who =
        new Requester(
            node.path("sub").asText(),
            text(node, "client"),
            text(node, "fhirUser"),
            text(node, "organization"),
            text(node, "patient"),
            purposes,
            SmartScopes.parse(node.path("scope").asText()));
    return new AccessSubject(who, text(node, "glass"));
  }

  private static Optional<String> text(JsonNode node, String name) {
    return node.hasNonNull(name) ? Optional.of(node.get(name).asText()) : Optional.empty();
  }
}
