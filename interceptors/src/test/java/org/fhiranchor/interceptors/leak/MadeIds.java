package org.fhiranchor.interceptors.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ids that one server chose for what both made, in the order of their making. */
final class MadeIds {
  private static final Pattern MADE = Pattern.compile("\\{made-([A-Z][A-Za-z]+)-(\\d+)}");

  private final List<Made> made = new ArrayList<>();

  private record Made(String type, String id) {}

  void add(String type, String id) {
    made.add(new Made(type, id));
  }

  /** The text with an id in the place of each {@code {made-Type-N}}. */
  String filledIn(String text) {
    Matcher asked = MADE.matcher(text);
    StringBuilder result = new StringBuilder();
    while (asked.find()) {
      asked.appendReplacement(result, id(asked.group(1), Integer.parseInt(asked.group(2))));
    }
    return asked.appendTail(result).toString();
  }

  private String id(String type, int number) {
    List<Made> known = made.stream().filter(each -> each.type().equals(type)).toList();
    return known.isEmpty() ? "absent-made" : known.get(number % known.size()).id();
  }

  /** An answer to that request, with the ids that were filled in taken out again. */
  String takenOut(String answer, FuzzRequest request) {
    Matcher asked =
        MADE.matcher(request.pathAndQuery() + " " + request.headers() + " " + request.body());
    String result = answer;
    while (asked.find()) {
      String id = id(asked.group(1), Integer.parseInt(asked.group(2)));
      result = result.replaceAll("(?<![\\d-])" + Pattern.quote(id) + "(?![\\d-])", "MADE");
    }
    return result;
  }
}
