package org.fhiranchor.consent.cases;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * FHIR lets any element of a primitive type have extensions and no value (FHIR R4, Extensibility;
 * JSON Representation of Primitive Elements). HAPI says of such an element that it is there, and
 * answers null for its value.
 */
final class HollowValues {
  private static final JsonPointer ROOT = JsonPointer.empty();

  private HollowValues() {}

  /** Where a resource has values, but for types and its id. */
  static List<JsonPointer> places(JsonNode resource) {
    List<JsonPointer> places = new ArrayList<>();
    collect(resource, ROOT, places);
    places.remove(ROOT.appendProperty("id"));
    places.removeIf(place -> "resourceType".equals(place.last().getMatchingProperty()));
    return places;
  }

  private static void collect(JsonNode node, JsonPointer at, List<JsonPointer> places) {
    if (node.isValueNode()) {
      places.add(at);
    }
    for (int i = 0; i < node.size() && node.isArray(); i++) {
      collect(node.get(i), at.appendIndex(i), places);
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      collect(member.getValue(), at.appendProperty(member.getKey()), places);
    }
  }

  /** The resource with an extension alone where the value was. */
  static JsonNode hollowed(JsonNode resource, JsonPointer place) {
    JsonNode copy = resource.deepCopy();
    JsonNode holder = copy.at(place.head());
    if (holder instanceof ArrayNode list) {
      String name = place.head().last().getMatchingProperty();
      ArrayNode beside = ((ObjectNode) copy.at(place.head().head())).withArray("_" + name);
      while (beside.size() < list.size()) {
        beside.addNull();
      }
      list.setNull(place.last().getMatchingIndex());
      beside.set(place.last().getMatchingIndex(), extension());
    } else {
      String name = place.last().getMatchingProperty();
      ((ObjectNode) holder).remove(name);
      ((ObjectNode) holder).set("_" + name, extension());
    }
    return copy;
  }

  private static ObjectNode extension() {
    ObjectNode element = JsonNodeFactory.instance.objectNode();
    element.withArray("extension").addObject().put("url", "http://x").put("valueString", "y");
    return element;
  }
}
