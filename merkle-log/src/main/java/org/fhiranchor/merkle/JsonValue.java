package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value of a small, bounded text: a statement, a proof file, an answer of a node. */
public sealed interface JsonValue {
  /** An object; iterates in the order it was built, or in canonical order when parsed. */
  record Obj(Map<String, JsonValue> members) implements JsonValue {
    /** Keeps an unmodifiable copy. */
    public Obj {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
  }

  /** An array. */
  record Arr(List<JsonValue> elements) implements JsonValue {
    /** Keeps an unmodifiable copy. */
    public Arr {
      elements = List.copyOf(elements);
    }
  }

  /** A string; without unpaired surrogates. */
  record Str(String text) implements JsonValue {}

  /** A number, as it is spelled. */
  record Num(String literal) implements JsonValue {}

  /** {@code true} or {@code false}. */
  record Bool(boolean value) implements JsonValue {}

  /** {@code null}. */
  record Null() implements JsonValue {}

  /**
   * Reads one JSON value strictly: as {@link CanonicalJson#of(byte[])}, within tighter bounds.
   *
   * @throws CanonicalFormException naming the place
   */
  static JsonValue parse(byte[] utf8Json, int maxBytes, int maxDepth) {
    CanonicalText text = new CanonicalText(CanonicalJson.of(utf8Json, maxBytes, maxDepth));
    return read(text, text.whole());
  }

  private static JsonValue read(CanonicalText text, CanonicalText.Span span) {
    return switch (text.first(span)) {
      case '{' -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        text.members(span).forEach((name, value) -> members.put(name, read(text, value)));
        yield new Obj(members);
      }
      case '[' -> {
        List<JsonValue> elements = new ArrayList<>();
        text.elements(span).forEach(element -> elements.add(read(text, element)));
        yield new Arr(elements);
      }
      case '"' -> new Str(text.string(span));
      case 't' -> new Bool(true);
      case 'f' -> new Bool(false);
      case 'n' -> new Null();
      default -> new Num(text.literal(span));
    };
  }

  /** This value as JSON text without white space, members in the order they are held. */
  default String toJson() {
    StringBuilder json = new StringBuilder();
    write(this, json);
    return json.toString();
  }

  private static void write(JsonValue value, StringBuilder to) {
    if (value instanceof Obj object) {
      to.append('{');
      Iterator<Map.Entry<String, JsonValue>> members = object.members.entrySet().iterator();
      while (members.hasNext()) {
        Map.Entry<String, JsonValue> member = members.next();
        JsonStrings.encode(member.getKey(), to);
        to.append(':');
        write(member.getValue(), to);
        to.append(members.hasNext() ? "," : "");
      }
      to.append('}');
    } else if (value instanceof Arr array) {
      to.append('[');
      for (int i = 0; i < array.elements.size(); i++) {
        to.append(i == 0 ? "" : ",");
        write(array.elements.get(i), to);
      }
      to.append(']');
    } else if (value instanceof Str string) {
      JsonStrings.encode(string.text, to);
    } else if (value instanceof Num number) {
      to.append(number.literal);
    } else if (value instanceof Bool bool) {
      to.append(bool.value);
    } else {
      to.append("null");
    }
  }
}
