package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds a JSON object, member by member; what is empty is left out, as FHIR wants it. */
final class JsonObject {
  private final Map<String, JsonValue> members = new LinkedHashMap<>();

  JsonObject with(String name, JsonValue value) {
    members.put(name, value);
    return this;
  }

  JsonObject with(String name, String text) {
    return with(name, new JsonValue.Str(text));
  }

  JsonObject with(String name, Optional<String> text) {
    text.ifPresent(one -> with(name, one));
    return this;
  }

  JsonObject with(String name, boolean value) {
    return with(name, new JsonValue.Bool(value));
  }

  JsonObject with(String name, long value) {
    return with(name, new JsonValue.Num(Long.toString(value)));
  }

  JsonObject with(String name, JsonObject object) {
    return with(name, object.done());
  }

  /** A list of objects; left out when it is empty. */
  JsonObject with(String name, List<JsonObject> objects) {
    if (!objects.isEmpty()) {
      List<JsonValue> elements = new ArrayList<>();
      objects.forEach(one -> elements.add(one.done()));
      with(name, new JsonValue.Arr(elements));
    }
    return this;
  }

  JsonValue.Obj done() {
    return new JsonValue.Obj(members);
  }

  String text() {
    return done().toJson();
  }
}
