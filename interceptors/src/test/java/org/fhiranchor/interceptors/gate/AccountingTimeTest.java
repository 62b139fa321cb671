package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.fhiranchor.interceptors.disclosure.DisclosureStore.Within;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which records an accounting of a time has (EXP-3). */
final class AccountingTimeTest {
  private static Within within(String start, String end) {
    return new AccountingTime(ZoneId.of("Europe/Berlin"))
        .within(Optional.of(start), Optional.of(end));
  }

  @ParameterizedTest
  @DisplayName("EXP-3 a year, a month, a day is all of it in the reader's zone")
  @CsvSource({
    "2026,2026,2025-12-31T23:00:00Z,2026-12-31T22:59:59.999Z",
    "2026-03,2026-03,2026-02-28T23:00:00Z,2026-03-31T21:59:59.999Z",
    "2026-03-29,2026-03-29,2026-03-28T23:00:00Z,2026-03-29T21:59:59.999Z",
    "2026-03-29T00:00:00+01:00,2026-03-30T00:00:00Z,2026-03-28T23:00:00Z,2026-03-30T00:00:00Z",
  })
  void wholeDays(String start, String end, Instant first, Instant last) {
    assertThat(within(start, end)).isEqualTo(new Within(first.toEpochMilli(), last.toEpochMilli()));
  }

  @ParameterizedTest
  @DisplayName("EXP-3 the years 0000 and 9999 end where instants can still be written down")
  @ValueSource(strings = {"0000", "0001", "9999", "9999-12", "9999-12-31"})
  void ends(String text) {
    Within within = within(text, text);
    long first = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();
    assertThat(within.fromMillis()).isBetween(first, AccountingTime.LAST.toEpochMilli());
    assertThat(within.toMillis()).isBetween(first, AccountingTime.LAST.toEpochMilli());
  }

  @Test
  @DisplayName("EXP-3 without start and end it is all")
  void ever() {
    assertThat(new AccountingTime(ZoneOffset.UTC).within(Optional.empty(), Optional.empty()))
        .isEqualTo(Within.EVER);
  }

  @Test
  @DisplayName("EXP-3 a time that ends before it begins is refused, and not taken for an empty one")
  void backwards() {
    assertThatThrownBy(() -> within("2026-03-02", "2026-03-01"))
        .isInstanceOf(DateTimeException.class);
  }

  @ParameterizedTest
  @DisplayName("EXP-3 what is no dateTime is refused")
  @ValueSource(
      strings = {
        "",
        "March",
        "2026-13",
        "2026-02-30",
        "2026-03-01T00:00:00",
        "1'; --",
        "+999999999-12-31T00:00:00Z",
        "-999999999-01-01T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "0000-12-31T00:00:00Z"
      })
  void noTime(String text) {
    assertThatThrownBy(() -> within(text, "2026")).isInstanceOf(DateTimeException.class);
  }
}
