package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** One line of {@code normalise}: what is taken out of an answer, and why it tells nothing. */
sealed interface NormalRule {
  /** Why it cannot tell anything. */
  String why();

  /** What is taken out, for the report. */
  String what();

  /** A header whose value is taken out, or that is dropped when {@code becomes} is empty. */
  record Header(String name, String becomes, boolean keptWithoutBody, String why)
      implements NormalRule {
    @Override
    public String what() {
      return "header " + name;
    }
  }

  /** The server's own base URL. */
  record Base(String becomes, String why) implements NormalRule {
    @Override
    public String what() {
      return "the server's base URL";
    }
  }

  /** A regular expression, in bodies and header values. */
  record Text(java.util.regex.Pattern pattern, String becomes, String why) implements NormalRule {
    @Override
    public String what() {
      return pattern.pattern();
    }
  }

  static NormalRule of(JsonNode rule) {
    String why = rule.required("why").asText();
    String becomes = rule.path("becomes").asText();
    if (rule.has("header")) {
      String name = rule.get("header").asText().toLowerCase(Locale.ROOT);
      return new Header(name, becomes, rule.has("unless"), why);
    }
    return rule.has("text")
        ? new Base(becomes, why)
        : new Text(
            java.util.regex.Pattern.compile(rule.required("pattern").asText()), becomes, why);
  }
}
