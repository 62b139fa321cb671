package org.fhiranchor.demo;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.merkle.JsonValue;

/** Looks into an answer of the server. */
record Json(JsonValue value) {
  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_DEPTH = 128;

  static Json parse(String text) {
    return new Json(JsonValue.parse(text.getBytes(StandardCharsets.UTF_8), MAX_BYTES, MAX_DEPTH));
  }

  /** The value at the end of a path of member names. */
  Optional<Json> at(String... names) {
    Optional<Json> here = Optional.of(this);
    for (String name : names) {
      here = here.flatMap(json -> json.member(name));
    }
    return here;
  }

  private Optional<Json> member(String name) {
    return value instanceof JsonValue.Obj object
        ? Optional.ofNullable(object.members().get(name)).map(Json::new)
        : Optional.empty();
  }

  /** The text or number there. */
  String text(String... names) {
    return at(names)
        .flatMap(Json::scalar)
        .orElseThrow(() -> new DemoFailure("the server's answer has no " + List.of(names)));
  }

  private Optional<String> scalar() {
    if (value instanceof JsonValue.Str string) {
      return Optional.of(string.text());
    }
    return value instanceof JsonValue.Num number ? Optional.of(number.literal()) : Optional.empty();
  }

  /** The elements of the array there; none when it is absent. */
  List<Json> elements(String... names) {
    return at(names)
        .map(Json::value)
        .map(
            found -> found instanceof JsonValue.Arr array ? array.elements() : List.<JsonValue>of())
        .orElse(List.of())
        .stream()
        .map(Json::new)
        .toList();
  }
}
