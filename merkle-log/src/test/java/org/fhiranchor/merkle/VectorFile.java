package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The form of a vector file: an object of lists, one vector a line. */
final class VectorFile {
  private final StringBuilder json = new StringBuilder("{");
  private boolean first = true;

  VectorFile with(String list, List<JsonValue> vectors) {
    json.append(first ? "\n" : ",\n").append('"').append(list).append("\":[");
    for (int i = 0; i < vectors.size(); i++) {
      json.append(i == 0 ? "\n" : ",\n").append(vectors.get(i).toJson());
    }
    json.append("\n]");
    first = false;
    return this;
  }

  String text() {
    return json + "\n}\n";
  }

  /** An object of strings and other values, in the order given: name, value, name, value. */
  static JsonValue object(Object... namesAndValues) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      members.put(
          namesAndValues[i].toString(),
          value instanceof JsonValue json ? json : new JsonValue.Str(value.toString()));
    }
    return new JsonValue.Obj(members);
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }
}
