package org.fhiranchor.interceptors.leak;

/** Where two texts begin to differ. */
final class Difference {
  private static final int BEFORE = 60;
  private static final int AFTER = 240;

  private Difference() {}

  static String between(String left, String leftText, String right, String rightText) {
    int at = 0;
    while (at < Math.min(leftText.length(), rightText.length())
        && leftText.charAt(at) == rightText.charAt(at)) {
      at++;
    }
    return "  "
        + left
        + ": "
        + around(leftText, at)
        + "\n  "
        + right
        + ": "
        + around(rightText, at);
  }

  private static String around(String text, int at) {
    int from = Math.max(0, at - BEFORE);
    int to = Math.min(text.length(), at + AFTER);
    return firstLine(text) + " … " + text.substring(Math.min(from, to), to).replace("\n", "⏎");
  }

  private static String firstLine(String text) {
    return text.substring(0, Math.max(0, text.indexOf('\n')));
  }
}
