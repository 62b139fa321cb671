package org.fhiranchor.interceptors.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.fhiranchor.merkle.ExportKind;
import org.fhiranchor.merkle.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * How far an export is: the next leaf, and how long each of its files is up to the leaf before.
 * Whoever goes on cuts the files to these lengths.
 */
record ExportMark(
    long from,
    long to,
    long next,
    Map<String, Long> lengths,
    Map<ExportKind, Long> counts,
    long removed) {
  private static final int MOST_BYTES = 1 << 14;

  ExportMark {
    lengths = Map.copyOf(lengths);
    counts = Map.copyOf(counts);
  }

  static ExportMark atBeginning(long from, long to) {
    return new ExportMark(from, to, from, Map.of(), Map.of(), 0);
  }

  String text() {
    Map<String, JsonValue> out = new LinkedHashMap<>();
    out.put("from", number(from));
    out.put("to", number(to));
    out.put("next", number(next));
    out.put("removed", number(removed));
    Map<String, JsonValue> files = new LinkedHashMap<>();
    lengths.forEach((name, length) -> files.put(name, number(length)));
    out.put("lengths", new JsonValue.Obj(files));
    Map<String, JsonValue> kinds = new LinkedHashMap<>();
    counts.forEach((kind, count) -> kinds.put(kind.word(), number(count)));
    out.put("counts", new JsonValue.Obj(kinds));
    return new JsonValue.Obj(out).toJson();
  }

  private static JsonValue number(long value) {
    return new JsonValue.Num(Long.toString(value));
  }

  static ExportMark of(String text) {
    Map<String, JsonValue> in = members(JsonValue.parse(text.getBytes(UTF_8), MOST_BYTES, 3));
    Map<String, Long> lengths = new LinkedHashMap<>();
    members(in.get("lengths")).forEach((name, value) -> lengths.put(name, number(value)));
    Map<ExportKind, Long> counts = new EnumMap<>(ExportKind.class);
    members(in.get("counts"))
        .forEach((word, value) -> counts.put(ExportKind.of(word).orElseThrow(), number(value)));
    return new ExportMark(
        number(in.get("from")),
        number(in.get("to")),
        number(in.get("next")),
        lengths,
        counts,
        number(in.get("removed")));
  }

  private static Map<String, JsonValue> members(@Nullable JsonValue value) {
    if (value instanceof JsonValue.Obj object) {
      return object.members();
    }
    throw new IllegalArgumentException("mark of an export: want an object");
  }

  private static long number(@Nullable JsonValue value) {
    if (value instanceof JsonValue.Num number) {
      return Long.parseLong(number.literal());
    }
    throw new IllegalArgumentException("mark of an export: want a number");
  }
}
