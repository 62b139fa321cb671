package org.fhiranchor.consent.terms;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Leaves members out of a JSON object in canonical form, byte by byte, so that nothing else can
 * change.
 */
final class CanonicalMembers {
  private final byte[] json;
  private int at = 1;

  private CanonicalMembers(byte[] json) {
    this.json = json;
  }

  static byte[] without(Set<String> names, byte[] canonicalObject) {
    if (canonicalObject.length < 2 || canonicalObject[0] != '{') {
      throw new IllegalArgumentException("consent terms: want a JSON object");
    }
    return new CanonicalMembers(canonicalObject).without(names);
  }

  private byte[] without(Set<String> names) {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(json.length);
    kept.write('{');
    while (json[at] != '}') {
      int start = at;
      skipString();
      String name = new String(json, start + 1, at - start - 2, StandardCharsets.UTF_8);
      at++;
      skipValue();
      if (!names.contains(name)) {
        separate(kept);
        kept.write(json, start, at - start);
      }
      at += json[at] == ',' ? 1 : 0;
    }
    kept.write('}');
    return kept.toByteArray();
  }

  private static void separate(ByteArrayOutputStream kept) {
    if (kept.size() > 1) {
      kept.write(',');
    }
  }

  private void skipString() {
    at++;
    while (json[at] != '"') {
      at += json[at] == '\\' ? 2 : 1;
    }
    at++;
  }

  /** Up to the comma or brace that ends the value. */
  private void skipValue() {
    int depth = 0;
    while (depth > 0 || (json[at] != ',' && json[at] != '}')) {
      byte b = json[at];
      if (b == '"') {
        skipString();
        continue;
      }
      depth += b == '{' || b == '[' ? 1 : b == '}' || b == ']' ? -1 : 0;
      at++;
    }
  }
}
