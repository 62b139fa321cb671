package org.fhiranchor.interceptors.gate;

import java.time.DateTimeException;
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
  private final ZoneId zone;

  /** In this zone. */
  public AccountingTime(ZoneId zone) {
    this.zone = zone;
  }

  /**
   * From the first instant of {@code start} to the last of {@code end}.
   *
   * @throws DateTimeException when one of them is no dateTime
   */
  public DisclosureStore.Within within(Optional<String> start, Optional<String> end) {
    DisclosureStore.Within ever = DisclosureStore.Within.EVER;
    return new DisclosureStore.Within(
        start.map(text -> span(text).fromMillis()).orElse(ever.fromMillis()),
        end.map(text -> span(text).toMillis()).orElse(ever.toMillis()));
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
        long at = OffsetDateTime.parse(text).toInstant().toEpochMilli();
        yield new DisclosureStore.Within(at, at);
      }
    };
  }

  private DisclosureStore.Within days(LocalDate first, LocalDate last) {
    return new DisclosureStore.Within(
        first.atStartOfDay(zone).toInstant().toEpochMilli(),
        last.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli() - 1);
  }
}
