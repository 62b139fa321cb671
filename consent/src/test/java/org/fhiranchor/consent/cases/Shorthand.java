package org.fhiranchor.consent.cases;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import org.fhiranchor.consent.decide.Code;

/**
 * Spells out the short forms that the case files use for FHIR elements; README.md beside them lists
 * the forms. Whatever is written out in full stays as it is.
 */
final class Shorthand {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final Map<String, String> SYSTEMS =
      Map.ofEntries(
          entry("pou", "http://terminology.hl7.org/CodeSystem/v3-ActReason"),
          entry("action", "http://terminology.hl7.org/CodeSystem/consentaction"),
          entry("conf", "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"),
          entry("act", "http://terminology.hl7.org/CodeSystem/v3-ActCode"),
          entry("type", "http://hl7.org/fhir/resource-types"),
          entry("loinc", "http://loinc.org"),
          entry("sct", "http://snomed.info/sct"),
          entry("role", "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"),
          entry("mime", "urn:ietf:bcp:13"),
          entry("scope", "http://terminology.hl7.org/CodeSystem/consentscope"));

  private static final Set<String> CODINGS = Set.of("purpose", "class", "securityLabel");
  private static final Set<String> CONCEPTS = Set.of("action", "code");
  private static final Set<String> PERIODS = Set.of("period", "dataPeriod");

  private Shorthand() {}

  /** {@code pou|TREAT} with its system spelled out; a text without a bar has no system. */
  static Code code(String text) {
    int bar = text.indexOf('|');
    String prefix = bar < 0 ? "" : text.substring(0, bar);
    return new Code(SYSTEMS.getOrDefault(prefix, prefix), text.substring(bar + 1));
  }

  static ObjectNode provision(JsonNode from) {
    ObjectNode full = JSON.objectNode();
    from.properties()
        .forEach(each -> full.set(each.getKey(), element(each.getKey(), each.getValue())));
    return full;
  }

  private static JsonNode element(String name, JsonNode value) {
    if (PERIODS.contains(name)) {
      return value.isTextual() ? period(value.asText()) : value;
    }
    return value.isArray() ? list(name, value) : value;
  }

  private static JsonNode list(String name, JsonNode values) {
    ArrayNode full = JSON.arrayNode();
    values.forEach(value -> full.add(item(name, value)));
    return full;
  }

  private static JsonNode item(String name, JsonNode value) {
    if (name.equals("provision")) {
      return provision(value);
    }
    if (!value.isTextual()) {
      return value;
    }
    if (CODINGS.contains(name)) {
      return coding(value.asText());
    }
    if (CONCEPTS.contains(name)) {
      return concept(value.asText());
    }
    return name.equals("data") ? data(value.asText()) : actor(value.asText());
  }

  static ObjectNode coding(String text) {
    Code code = code(text);
    ObjectNode coding = JSON.objectNode();
    if (!code.system().isEmpty()) {
      coding.put("system", code.system());
    }
    return coding.put("code", code.code());
  }

  static ObjectNode concept(String text) {
    ObjectNode concept = JSON.objectNode();
    concept.putArray("coding").add(coding(text));
    return concept;
  }

  private static ObjectNode actor(String reference) {
    ObjectNode actor = JSON.objectNode();
    actor.set("role", concept("role|IRCP"));
    actor.set("reference", JSON.objectNode().put("reference", reference));
    return actor;
  }

  private static ObjectNode data(String meaningAndReference) {
    String[] parts = meaningAndReference.split(" ", 2);
    ObjectNode data = JSON.objectNode().put("meaning", parts[0]);
    data.set("reference", JSON.objectNode().put("reference", parts[1]));
    return data;
  }

  private static ObjectNode period(String text) {
    int dots = text.indexOf("..");
    ObjectNode period = JSON.objectNode();
    if (dots > 0) {
      period.put("start", text.substring(0, dots));
    }
    if (dots + 2 < text.length()) {
      period.put("end", text.substring(dots + 2));
    }
    return period;
  }
}
