package org.fhiranchor.verifier;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Resources in spellings that no two programs would choose alike: order, escapes, digits, zones,
 * sets.
 */
final class RandomResource {
  private static final String[] CHARACTERS = {
    "a",
    "Z",
    "0",
    " ",
    "\u00e9",
    "\u20ac",
    "\ufb33",
    "\uD834\uDD1E",
    "\\n",
    "\\u0000",
    "\\u001F",
    "\\\"",
    "\\\\",
    "/",
    "\\/",
    "\\u0041",
    "\\u20AC",
    "\\ud83d\\uDE00",
    "\u007f",
    "\u2028",
    "\\u202e"
  };
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1.00",
    "1.0",
    "72.50",
    "1e5",
    "1E+05",
    "-0.10",
    "9007199254740993",
    "0.1e1",
    "1e-999",
    "123456789012345678901234567890"
  };
  private static final String[] INSTANTS = {
    "2026-01-31T23:59:59.123Z",
    "2026-02-01T00:59:59.123+01:00",
    "2026-01-31T14:29:59.1239-09:30",
    "2026-01-31T23:59:59Z"
  };

  private final Random random;
  private int members;

  RandomResource(Random random) {
    this.random = random;
  }

  String version(int id, int version) {
    List<String> all = new ArrayList<>();
    all.add("\"resourceType\":\"Observation\"");
    all.add("\"id\":\"" + id + "\"");
    all.add("\"meta\":" + meta(version));
    for (int i = random.nextInt(5); i > 0; i--) {
      all.add(string(name()) + ":" + value(3));
    }
    return object(all);
  }

  private String meta(int version) {
    List<String> all = new ArrayList<>();
    all.add("\"versionId\":\"" + version + "\"");
    all.add("\"lastUpdated\":\"" + oneOf(INSTANTS) + "\"");
    for (String set : List.of("tag", "security", "profile")) {
      if (random.nextBoolean()) {
        all.add("\"" + set + "\":" + array(1));
      }
    }
    return object(all);
  }

  private String value(int depth) {
    return switch (random.nextInt(depth == 0 ? 3 : 5)) {
      case 0 -> oneOf(NUMBERS);
      case 1 -> string("");
      case 2 -> oneOf("true", "false", "null");
      case 3 -> array(depth - 1);
      default -> objectOf(depth - 1);
    };
  }

  private String array(int depth) {
    List<String> elements = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      elements.add(value(depth));
    }
    if (!elements.isEmpty() && random.nextBoolean()) {
      elements.add(elements.get(0));
    }
    return "[" + space() + String.join(space() + "," + space(), elements) + space() + "]";
  }

  private String objectOf(int depth) {
    List<String> all = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      all.add(string(name()) + space() + ":" + space() + value(depth));
    }
    return object(all);
  }

  private String object(List<String> all) {
    Collections.shuffle(all, random);
    return "{" + space() + String.join(space() + "," + space(), all) + space() + "}";
  }

  private String name() {
    members++;
    return "m" + members;
  }

  private String string(String unique) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(oneOf(CHARACTERS));
    }
    return text.append(unique).append('"').toString();
  }

  private String space() {
    return random.nextInt(4) > 0 ? "" : oneOf(" ", "\n", "\t", "\r\n");
  }

  private String oneOf(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
