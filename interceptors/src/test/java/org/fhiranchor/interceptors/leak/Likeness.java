package org.fhiranchor.interceptors.leak;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.leak.Expectation.Kind;

/** How two conversations that were not refused are alike, as closely as can be said. */
final class Likeness {
  static final String BETWEEN_ANSWERS = "\n----\n";

  private static final Pattern ENTRY = Pattern.compile("(?=\\{\"fullUrl\")");
  private static final Pattern CLOSING = Pattern.compile("[,\\]}]+$");
  private static final Pattern TOTAL = Pattern.compile(",\"total\":\\d+");

  private Likeness() {}

  static Kind of(String got, String expected) {
    if (got.equals(expected)) {
      return Kind.SAME;
    }
    if (entries(got).equals(entries(expected))) {
      return Kind.SAME_BUT_ORDER;
    }
    if (withoutTotal(got).equals(withoutTotal(expected))) {
      return Kind.SAME_BUT_TOTAL;
    }
    return statuses(got).equals(statuses(expected)) ? Kind.DIFFERS : Kind.OTHER_STATUS;
  }

  private static List<String> statuses(String text) {
    return Stream.of(text.split(BETWEEN_ANSWERS)).map(each -> each.split("\n", 2)[0]).toList();
  }

  /** What stands before the entries of the Bundles and all entries, sorted. */
  private static List<String> entries(String text) {
    return Stream.of(text.split(BETWEEN_ANSWERS))
        .flatMap(ENTRY::splitAsStream)
        .map(entry -> CLOSING.matcher(entry).replaceAll(""))
        .sorted()
        .toList();
  }

  private static String withoutTotal(String text) {
    return TOTAL.matcher(text).replaceAll("");
  }
}
