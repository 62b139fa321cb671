package org.fhiranchor.merkle;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The members of a JSON object, read one by one with their types checked. */
final class JsonMembers {
  private final JsonValue.Obj object;
  private final String path;
  private final Set<String> read = new HashSet<>();

  private JsonMembers(JsonValue.Obj object, String path) {
    this.object = object;
    this.path = path;
  }

  static JsonMembers of(JsonValue value, String path) {
    if (value instanceof JsonValue.Obj object) {
      return new JsonMembers(object, path);
    }
    throw new CanonicalFormException(path + ": want a JSON object");
  }

  boolean has(String name) {
    return object.members().containsKey(name);
  }

  boolean isNull(String name) {
    return value(name) instanceof JsonValue.Null;
  }

  String string(String name) {
    if (value(name) instanceof JsonValue.Str string) {
      return string.text();
    }
    throw wrong(name, "want a string");
  }

  JsonMembers object(String name) {
    return of(value(name), path + "." + name);
  }

  JsonValue value(String name) {
    read.add(name);
    JsonValue value = object.members().get(name);
    if (value == null) {
      throw wrong(name, "missing");
    }
    return value;
  }

  /** An array of strings, bounded before any is read. */
  List<JsonValue> list(String name, int max) {
    if (!(value(name) instanceof JsonValue.Arr array)) {
      throw wrong(name, "want an array");
    }
    if (array.elements().size() > max) {
      throw wrong(name, "want at most " + max + " elements, got " + array.elements().size());
    }
    return array.elements();
  }

  /** A number from 0 to 2^63 - 1 in plain digits. */
  long count(String name) {
    if (value(name) instanceof JsonValue.Num number) {
      String digits = number.literal();
      boolean plain = digits.length() <= 19 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
      if (plain && (digits.length() < 19 || digits.compareTo("9223372036854775807") <= 0)) {
        return Long.parseLong(digits);
      }
    }
    throw wrong(name, "want a whole number from 0 to 2^63 - 1 in digits");
  }

  void literal(String name, String literal) {
    if (!(value(name) instanceof JsonValue.Num number) || !number.literal().equals(literal)) {
      throw wrong(name, "want " + literal);
    }
  }

  <T> T read(String name, Function<String, T> reader) {
    String text = string(name);
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException wrong) {
      throw wrong(name, String.valueOf(wrong.getMessage()));
    }
  }

  <T> T make(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException wrong) {
      throw new CanonicalFormException(path + ": " + wrong.getMessage());
    }
  }

  void refuseOthers() {
    for (String name : object.members().keySet()) {
      if (!read.contains(name)) {
        throw new CanonicalFormException(
            path + ": want no members but its own, got an unknown one");
      }
    }
  }

  CanonicalFormException wrong(String name, String problem) {
    return new CanonicalFormException(path + "." + name + ": " + problem);
  }
}
