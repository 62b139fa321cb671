package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds a JSON object, member by member; what is empty is left out, as FHIR wants it. */
public final class JsonObject {
  private final Map<String, JsonValue> members = new LinkedHashMap<>();

  /** Adds a value. */
  public JsonObject with(String name, JsonValue value) {
    members.put(name, value);
    return this;
  }

  /** Adds a string. */
  public JsonObject with(String name, String text) {
    return with(name, new JsonValue.Str(text));
  }

  /** Adds a string, if there is one. */
  public JsonObject with(String name, Optional<String> text) {
    text.ifPresent(one -> with(name, one));
    return this;
  }

  /** Adds a boolean. */
  public JsonObject with(String name, boolean value) {
    return with(name, new JsonValue.Bool(value));
  }

  /** Adds a number. */
  public JsonObject with(String name, long value) {
    return with(name, new JsonValue.Num(Long.toString(value)));
  }

  /** Adds an object. */
  public JsonObject with(String name, JsonObject object) {
    return with(name, object.done());
  }

  /** A list of objects; left out when it is empty. */
  public JsonObject with(String name, List<JsonObject> objects) {
    if (!objects.isEmpty()) {
      List<JsonValue> elements = new ArrayList<>();
      objects.forEach(one -> elements.add(one.done()));
      with(name, new JsonValue.Arr(elements));
    }
    return this;
  }

  /** The object with what it has by now. */
  public JsonValue.Obj done() {
    return new JsonValue.Obj(members);
  }

  /** The same as JSON text without white space. */
  public String text() {
    return done().toJson();
  }
}
