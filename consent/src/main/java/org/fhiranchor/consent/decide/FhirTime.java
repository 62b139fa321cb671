package org.fhiranchor.consent.decide;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Reads a FHIR date, dateTime or instant as all the time that it stands for: {@code 2024-02} is the
 * whole of that February, {@code 2024-02-03T10:00:00Z} that whole second (FHIR R4, datatypes,
 * Period: an end includes any time that matches it). A value without a zone is read in the given
 * one.
 */
public final class FhirTime {
  private static final int YEAR = 4;
  private static final int MONTH = 7;
  private static final int DAY = 10;
  private static final int SECONDS_END = 19;

  private FhirTime() {}

  /** The span of a value; empty when it is not a FHIR time. */
  public static Optional<TimeSpan> span(String value, ZoneId zone) {
    try {
      return Optional.of(parse(value, zone));
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static TimeSpan parse(String value, ZoneId zone) {
    return switch (value.length()) {
      case YEAR -> year(LocalDate.of(Integer.parseInt(value), 1, 1), zone);
      case MONTH -> month(YearMonth.parse(value).atDay(1), zone);
      case DAY -> day(LocalDate.parse(value), zone);
      default -> time(value, zone);
    };
  }

  private static TimeSpan year(LocalDate first, ZoneId zone) {
    return between(first, first.plusYears(1), zone);
  }

  private static TimeSpan month(LocalDate first, ZoneId zone) {
    return between(first, first.plusMonths(1), zone);
  }

  private static TimeSpan day(LocalDate day, ZoneId zone) {
    return between(day, day.plusDays(1), zone);
  }

  private static TimeSpan between(LocalDate from, LocalDate until, ZoneId zone) {
    return new TimeSpan(
        from.atStartOfDay(zone).toInstant().toEpochMilli(),
        until.atStartOfDay(zone).toInstant().toEpochMilli());
  }

  private static TimeSpan time(String value, ZoneId zone) {
    boolean fraction = value.length() > SECONDS_END && value.charAt(SECONDS_END) == '.';
    long from =
        (hasZone(value)
                ? OffsetDateTime.parse(value).toInstant()
                : LocalDateTime.parse(value).atZone(zone).toInstant())
            .truncatedTo(ChronoUnit.MILLIS)
            .toEpochMilli();
    return new TimeSpan(from, from + (fraction ? 1 : 1000));
  }

  private static boolean hasZone(String value) {
    return value.endsWith("Z") || value.indexOf('+', DAY) > 0 || value.indexOf('-', DAY) > 0;
  }
}
