package org.fhiranchor.merkle;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** FHIR instants, and their one spelling here: {@code 2026-01-31T23:59:59.123Z} (CAN-4). */
final class InstantText {
  private static final Pattern INSTANT =
      Pattern.compile(
          "([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]{1,9}))?"
              + "(?:Z|([+-])([0-9]{2}):([0-9]{2}))");

  private InstantText() {}

  /**
   * Reads an instant with any offset and up to 9 digits of a second; digits past the millisecond
   * are cut off.
   *
   * @throws DateTimeException for anything else
   */
  static Instant parse(String text) {
    Matcher part = INSTANT.matcher(text);
    if (!part.matches()) {
      throw new DateTimeException("want an instant such as 2026-01-31T23:59:59.123Z");
    }
    long second = localTime(part).toEpochSecond(ZoneOffset.UTC) - offsetSeconds(part);
    return Instant.ofEpochSecond(second).plusMillis(millis(part.group(7)));
  }

  /** In words of our own, which the verifier in JavaScript says, too. */
  private static LocalDateTime localTime(Matcher part) {
    try {
      return LocalDateTime.of(
          LocalDate.of(number(part, 1), number(part, 2), number(part, 3)),
          LocalTime.of(number(part, 4), number(part, 5), number(part, 6)));
    } catch (DateTimeException wrong) {
      throw new DateTimeException("want a date and a time that exist", wrong);
    }
  }

  /**
   * Writes UTC with milliseconds.
   *
   * @throws IllegalArgumentException outside the years 1 to 9999
   */
  static String format(Instant instant) {
    LocalDateTime utc =
        LocalDateTime.ofEpochSecond(
            instant.getEpochSecond(), instant.getNano() / 1_000_000 * 1_000_000, ZoneOffset.UTC);
    if (utc.getYear() < 1 || utc.getYear() > 9999) {
      throw new IllegalArgumentException("instant: want a year from 1 to 9999");
    }
    StringBuilder text = new StringBuilder(24);
    padded(text, utc.getYear(), 4).append('-');
    padded(text, utc.getMonthValue(), 2).append('-');
    padded(text, utc.getDayOfMonth(), 2).append('T');
    padded(text, utc.getHour(), 2).append(':');
    padded(text, utc.getMinute(), 2).append(':');
    padded(text, utc.getSecond(), 2).append('.');
    return padded(text, utc.getNano() / 1_000_000, 3).append('Z').toString();
  }

  private static int number(Matcher part, int group) {
    return Integer.parseInt(part.group(group));
  }

  private static int offsetSeconds(Matcher part) {
    if (part.group(8) == null) {
      return 0;
    }
    int hours = number(part, 9);
    int minutes = number(part, 10);
    if (hours > 18 || minutes > 59) {
      throw new DateTimeException("want an offset within 18 hours");
    }
    int seconds = hours * 3600 + minutes * 60;
    return "-".equals(part.group(8)) ? -seconds : seconds;
  }

  private static int millis(@Nullable String fraction) {
    return fraction == null ? 0 : Integer.parseInt((fraction + "00").substring(0, 3));
  }

  private static StringBuilder padded(StringBuilder to, int value, int width) {
    String digits = Integer.toString(value);
    return to.append("0".repeat(width - digits.length())).append(digits);
  }
}
