package org.fhiranchor.merkle;

/** Names of signing keys, which are origins of logs (C2SP signed-note). */
final class KeyName {
  static final int MAX = 255;

  private KeyName() {}

  static void check(String name) {
    boolean bounded = !name.isEmpty() && name.length() <= MAX;
    if (!bounded || name.codePoints().anyMatch(KeyName::isForbidden)) {
      throw new IllegalArgumentException(
          "key name: want 1 to " + MAX + " characters without space, control character or '+'");
    }
  }

  private static boolean isForbidden(int c) {
    return c == '+'
        || Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.isISOControl(c)
        || (c >= 0xd800 && c <= 0xdfff);
  }
}
