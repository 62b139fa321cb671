package org.fhiranchor.merkle;

import java.util.Random;

/** Random JSON whose numbers are integers in shortest form; members come in random order. */
final class RandomJson {
  private static final String[] CHARACTERS = {
    "a",
    "b",
    "Z",
    "0",
    " ",
    "\u00e9",
    "\u20ac",
    "\ufb33",
    "\uD834\uDD1E",
    "\\n",
    "\\u0000",
    "\\u001f",
    "\\\"",
    "\\\\",
    "/",
    "\\/",
    "\\u0041",
    "\\u20AC",
    "\\ud83d\\uDE00",
    "\u007f",
    "\u2028"
  };

  private final Random random;
  private int members;

  RandomJson(Random random) {
    this.random = random;
  }

  String text() {
    StringBuilder json = new StringBuilder();
    value(json, 4);
    return json.toString();
  }

  private void value(StringBuilder json, int depth) {
    space(json);
    switch (depth == 0 ? 2 + random.nextInt(4) : random.nextInt(6)) {
      case 0 -> object(json, depth);
      case 1 -> array(json, depth);
      case 2 -> json.append(random.nextInt());
      case 3 ->
          json.append(random.nextBoolean() ? "true" : random.nextBoolean() ? "false" : "null");
      default -> string(json, "");
    }
    space(json);
  }

  private void object(StringBuilder json, int depth) {
    json.append('{');
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",");
      space(json);
      string(json, Integer.toString(members++));
      space(json);
      json.append(':');
      value(json, depth - 1);
    }
    space(json);
    json.append('}');
  }

  private void array(StringBuilder json, int depth) {
    json.append('[');
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",");
      value(json, depth - 1);
    }
    space(json);
    json.append(']');
  }

  private void string(StringBuilder json, String unique) {
    json.append('"');
    for (int i = random.nextInt(6); i > 0; i--) {
      json.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    json.append(unique).append('"');
  }

  private void space(StringBuilder json) {
    for (int i = random.nextInt(3); i > 1; i--) {
      json.append(" \n\r\t".charAt(random.nextInt(4)));
    }
  }
}
