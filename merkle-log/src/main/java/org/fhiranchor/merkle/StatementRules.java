package org.fhiranchor.merkle;

import java.util.regex.Pattern;

/** What the parts of a statement must look like. */
final class StatementRules {
  static final int MAX_SUBJECT = 256;

  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final Pattern EVENT = Pattern.compile("[a-z][a-z-]{0,31}");
  private static final Pattern KEY = Pattern.compile("0x(?:[0-9a-fA-F]{2}){20,65}");

  private StatementRules() {}

  static void version(String version) {
    require(VERSION.matcher(version).matches(), "version: want 1 to 64 of A-Z a-z 0-9 - .");
  }

  static void event(String event) {
    require(EVENT.matcher(event).matches(), "event: want a lower-case word of up to 32 letters");
  }

  static void key(String key) {
    require(KEY.matcher(key).matches(), "key: want 0x and 20 to 65 bytes in hex");
  }

  static void subject(String subject) {
    boolean bounded = !subject.isEmpty() && subject.length() <= MAX_SUBJECT;
    boolean text = subject.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff);
    require(bounded && text, "subject: want 1 to " + MAX_SUBJECT + " characters");
  }

  static void counter(String what, long value) {
    require(value >= 0, what + ": want 0 or more");
  }

  static void ranges(int number) {
    require(
        number > 0 && number <= LeafRanges.MOST,
        "leaves and contents: want 1 to " + LeafRanges.MOST + " ranges together");
  }

  static void first(long sequence, boolean hasPrevious) {
    require(
        sequence > 1 == hasPrevious, "previous: want one from sequence 2 on, and none before it");
  }

  static void content(Operation operation, boolean present) {
    boolean fits =
        switch (operation) {
          case CREATE, UPDATE -> present;
          case DELETE -> !present;
          case ERASE -> true;
        };
    require(
        fits,
        "content: want one with create and update, none with delete, got " + operation.word());
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
