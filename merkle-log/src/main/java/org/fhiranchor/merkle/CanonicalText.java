package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Walks a text that is already in canonical form, and so needs no check of its grammar. */
final class CanonicalText {
  private final byte[] text;

  CanonicalText(byte[] canonical) {
    this.text = canonical;
  }

  /** Where a value stands: from {@code start} (inclusive) to {@code end} (exclusive). */
  record Span(int start, int end) {}

  byte first(Span span) {
    return text[span.start];
  }

  Span whole() {
    return new Span(0, text.length);
  }

  String string(Span span) {
    return JsonStrings.decode(text, span.start, span.end);
  }

  /** A scalar as it is spelled. */
  String literal(Span span) {
    return new String(text, span.start, span.end - span.start, StandardCharsets.UTF_8);
  }

  /** Member names and values of an object. */
  Map<String, Span> members(Span object) {
    Map<String, Span> members = new LinkedHashMap<>();
    int at = object.start + 1;
    while (at < object.end - 1) {
      int nameEnd = endOf(at);
      String name = JsonStrings.decode(text, at, nameEnd);
      int valueEnd = endOf(nameEnd + 1);
      members.put(name, new Span(nameEnd + 1, valueEnd));
      at = valueEnd + 1;
    }
    return members;
  }

  /** The values of an array. */
  List<Span> elements(Span array) {
    List<Span> elements = new ArrayList<>();
    int at = array.start + 1;
    while (at < array.end - 1) {
      int end = endOf(at);
      elements.add(new Span(at, end));
      at = end + 1;
    }
    return elements;
  }

  private int endOf(int start) {
    return switch (text[start]) {
      case '"' -> endOfString(start);
      case '{', '[' -> endOfContainer(start);
      default -> endOfScalar(start);
    };
  }

  private int endOfString(int start) {
    int at = start + 1;
    while (text[at] != '"') {
      at += text[at] == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private int endOfContainer(int start) {
    int depth = 0;
    int at = start;
    do {
      byte b = text[at];
      if (b == '"') {
        at = endOfString(at);
        continue;
      }
      if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
      }
      at++;
    } while (depth > 0);
    return at;
  }

  private int endOfScalar(int start) {
    int at = start;
    while (at < text.length && text[at] != ',' && text[at] != '}' && text[at] != ']') {
      at++;
    }
    return at;
  }
}
