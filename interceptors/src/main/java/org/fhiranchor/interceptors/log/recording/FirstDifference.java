package org.fhiranchor.interceptors.log.recording;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Names where two JSON texts of a resource begin to differ. */
final class FirstDifference {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FirstDifference() {}

  /** The path, such as {@code text.div}; never a value. */
  static String between(String one, String other) {
    try {
      return find("", JSON.readTree(one), JSON.readTree(other)).orElse("the resource");
    } catch (JsonProcessingException notJson) {
      return "the resource";
    }
  }

  private static Optional<String> find(String path, JsonNode one, JsonNode other) {
    if (one.isObject() && other.isObject()) {
      Set<String> names = new LinkedHashSet<>();
      one.fieldNames().forEachRemaining(names::add);
      other.fieldNames().forEachRemaining(names::add);
      return names.stream()
          .flatMap(name -> find(path + "." + name, one.path(name), other.path(name)).stream())
          .findFirst();
    }
    if (one.isArray() && other.isArray() && one.size() == other.size()) {
      int at = 0;
      for (Iterator<JsonNode> others = other.elements(); others.hasNext(); at++) {
        Optional<String> found = find(path + "[" + at + "]", one.get(at), others.next());
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
    return one.equals(other) ? Optional.empty() : Optional.of(path.substring(1));
  }
}
