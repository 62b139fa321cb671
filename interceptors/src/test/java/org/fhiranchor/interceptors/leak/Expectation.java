package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.fhiranchor.interceptors.leak.Probe.Request;

/**
 * What somebody with a matching consent gets from the gate, beside plain HAPI.
 *
 * @param why the reason; empty for {@link Kind#SAME}
 */
record Expectation(Kind kind, String why) {
  private static final Expectation SAME = new Expectation(Kind.SAME, "");

  /** From the closest to the loosest. */
  enum Kind {
    SAME("same"),
    SAME_BUT_ORDER("same but for the order"),
    SAME_BUT_TOTAL("same but for the total"),
    REFUSED("refused"),
    DIFFERS("differs, with the same status"),
    OTHER_STATUS("another status"),
    MAY_DIFFER("a matter of time");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    /** A statement that is looser than the truth is wrong, save where chance decides. */
    boolean holdsFor(Kind found) {
      return switch (this) {
        case SAME_BUT_ORDER -> found == this || found == SAME;
        case MAY_DIFFER -> found != REFUSED;
        default -> found == this;
      };
    }
  }

  /** The first statement about a request; what nothing is said of is the same. */
  static Expectation of(JsonNode withConsent, Request request) {
    return statements(withConsent).stream()
        .filter(each -> isAbout(each, request))
        .findFirst()
        .map(Expectation::of)
        .orElse(SAME);
  }

  /** Every text under {@code of} must occur in a request of its group. */
  static void check(JsonNode withConsent, List<Request> requests) {
    for (JsonNode statement : statements(withConsent)) {
      for (JsonNode text : statement.path("of")) {
        if (requests.stream().noneMatch(request -> says(request, text))) {
          throw new IllegalArgumentException("probes.yaml: want a request with " + text);
        }
      }
    }
  }

  private static List<JsonNode> statements(JsonNode withConsent) {
    return withConsent.isObject() ? List.of(withConsent) : withConsent.valueStream().toList();
  }

  private static boolean isAbout(JsonNode statement, Request request) {
    return !statement.has("of")
        || statement.get("of").valueStream().anyMatch(text -> says(request, text));
  }

  private static boolean says(Request request, JsonNode text) {
    String all = String.join(" ", request.toString(), request.headers().toString(), request.body());
    return all.contains(text.asText());
  }

  private static Expectation of(JsonNode statement) {
    Map.Entry<String, JsonNode> only =
        statement.properties().stream()
            .filter(each -> !each.getKey().equals("of"))
            .findFirst()
            .orElseThrow();
    String kind = only.getKey().replace('-', '_').toUpperCase(Locale.ROOT);
    return new Expectation(Kind.valueOf(kind), only.getValue().asText());
  }
}
