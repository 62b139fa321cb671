package org.fhiranchor.interceptors.leak;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the fuzzer takes out of an answer beyond the battery's list: the same things, in the other
 * formats that it asks for.
 */
final class FuzzRules {
  private static final String OWN_NUMBER =
      "ids that the server chose are numbers from one counter for all records of all patients";

  private FuzzRules() {}

  static List<NormalRule> with(List<NormalRule> battery) {
    List<NormalRule> rules = new ArrayList<>(battery);
    rules.add(
        text("(<id value=\"|[A-Z][A-Za-z]+/)\\d+(?=[\"/?&< ,.;)']|$)", "$1NUMBER", OWN_NUMBER));
    rules.add(
        text(
            "(?<=\\\\\"|&quot;)\\d{2,}(?=\\\\\"|&quot;)", "NUMBER", OWN_NUMBER + " (in messages)"));
    rules.add(
        text(
            "fhir\\.id\\s+\"\\d+\"|(?<=fhir:v )\"\\d+\"(?= ?\\])",
            "\"NUMBER\"",
            OWN_NUMBER + " (Turtle)"));
    return List.copyOf(rules);
  }

  private static NormalRule text(String pattern, String becomes, String why) {
    return new NormalRule.Text(Pattern.compile(pattern), becomes, why);
  }
}
