package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Optional;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;

/**
 * Which time an accounting is of: {@code start} and {@code end} as FHIR dateTime (hl7.org/fhir/R4/
 * datatypes.html#dateTime). A year, a month or a day means all of it, in the reader's zone.
 */
public final class AccountingTime {
  /** No time after it can be named. */
  public static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

  private final ZoneId zone;

  /** In this zone. */
  public AccountingTime(ZoneId zone) {
    this.zone = zone;
  }

  /**
   * The time that {@code start} and {@code end} of an operation bound, in the days of its {@code
   * _zone}, or of UTC.
   *
   * @throws InvalidRequestException when one of them cannot be read
   */
  public static DisclosureStore.Within within(OperationParameters asked) {
    try {
      return new AccountingTime(zone(asked)).within(asked.only("start"), asked.only("end"));
    } catch (DateTimeException wrong) {
      throw new InvalidRequestException(
          "start, end: want a FHIR date or dateTime, and the end not before the start", wrong);
    }
  }

  /** Whose days are meant. */
  static ZoneId zone(OperationParameters asked) {
    try {
      return ZoneId.of(asked.only("_zone").orElse("UTC"));
    } catch (DateTimeException unknown) {
      throw new InvalidRequestException("_zone: want a time zone such as Europe/Berlin", unknown);
    }
  }

  /**
   * From the first instant of {@code start} to the last of {@code end}.
   *
   * @throws DateTimeException when one of them is no dateTime of the years 1 to 9999, or the end is
   *     before the start
   */
  public DisclosureStore.Within within(Optional<String> start, Optional<String> end) {
    DisclosureStore.Within ever = DisclosureStore.Within.EVER;
    long from = start.map(text -> span(text).fromMillis()).orElse(ever.fromMillis());
    long to = end.map(text -> span(text).toMillis()).orElse(ever.toMillis());
    if (to < from) {
      throw new DateTimeException("want an end that is not before the start");
    }
    return new DisclosureStore.Within(from, to);
  }

  private DisclosureStore.Within span(String text) {
    return switch (text.length()) {
      case 4 -> days(LocalDate.parse(text + "-01-01"), LocalDate.parse(text + "-12-31"));
      case 7 -> {
        YearMonth month = YearMonth.parse(text);
        yield days(month.atDay(1), month.atEndOfMonth());
      }
      case 10 -> days(LocalDate.parse(text), LocalDate.parse(text));
      default -> {
        Instant at = OffsetDateTime.parse(text).toInstant();
        if (at.isBefore(FIRST) || at.isAfter(LAST)) {
          throw new DateTimeException("want a year from 1 to 9999");
        }
        yield new DisclosureStore.Within(at.toEpochMilli(), at.toEpochMilli());
      }
    };
  }

  private DisclosureStore.Within days(LocalDate first, LocalDate last) {
    Instant from = first.atStartOfDay(zone).toInstant();
    Instant to = last.plusDays(1).atStartOfDay(zone).toInstant().minusMillis(1);
    return new DisclosureStore.Within(nearest(from), nearest(to));
  }

  private static long nearest(Instant at) {
    Instant named = at.isBefore(FIRST) ? FIRST : at;
    return (named.isAfter(LAST) ? LAST : named).toEpochMilli();
  }
}
