package org.fhiranchor.interceptors.disclosure;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.merkle.CsvText;
import org.fhiranchor.merkle.JsonValue;

/** An accounting as CSV (RFC 4180): one line a disclosure, none that a spreadsheet would run. */
public final class AccountingCsv {
  private static final List<String> COLUMNS =
      List.of(
          "number",
          "leaf",
          "recorded",
          "emergency",
          "outcome",
          "interaction",
          "person",
          "organization",
          "application",
          "purposes",
          "resources",
          "count",
          "categories",
          "origins",
          "why",
          "consents",
          "breakGlassReason",
          "query",
          "personNameAndAddress",
          "organizationNameAndAddress",
          "first",
          "last",
          "times");

  private final Function<String, Optional<String>> names;

  /**
   * A writer.
   *
   * @param names name and address of who is referred to; empty where there is none
   */
  public AccountingCsv(Function<String, Optional<String>> names) {
    this.names = names;
  }

  /** With a header. A row of several disclosures tells the newest, and how many there were. */
  public String of(List<AccountingRow> rows) {
    return Stream.concat(Stream.of(String.join(",", COLUMNS)), rows.stream().map(this::line))
        .collect(Collectors.joining(CsvText.END, "", CsvText.END));
  }

  private String line(AccountingRow row) {
    Accounting.Line line = row.newest();
    Map<String, JsonValue> record = line.members();
    Map<String, JsonValue> requester = AuditEventText.requester(record);
    return Stream.of(
            line.number().map(String::valueOf),
            line.leaf().map(leaf -> leaf.index().toString()),
            Optional.of(DisclosureRecords.instant(line.recorded())),
            Optional.of(line.emergency() ? "yes" : "no"),
            AuditEventText.text(record, "outcome"),
            AuditEventText.text(record, "interaction"),
            AuditEventText.text(requester, "person"),
            AuditEventText.text(requester, "organization"),
            AuditEventText.text(requester, "application"),
            joined(record, "purposes"),
            joined(record, "resources"),
            number(record, "count"),
            joined(record, "categories"),
            joined(record, "origins"),
            AuditEventText.why(record),
            joined(record, "consents"),
            AuditEventText.text(record, "breakGlassReason"),
            AuditEventText.text(record, "query"),
            AuditEventText.text(requester, "person").flatMap(names),
            AuditEventText.text(requester, "organization").flatMap(names),
            Optional.of(DisclosureRecords.instant(row.first())),
            Optional.of(DisclosureRecords.instant(row.last())),
            Optional.of(Integer.toString(row.lines().size())))
        .map(value -> CsvText.cell(value.orElse("")))
        .collect(Collectors.joining(","));
  }

  private static Optional<String> joined(Map<String, JsonValue> record, String name) {
    return Optional.of(String.join(" ", AuditEventText.texts(record, name)));
  }

  private static Optional<String> number(Map<String, JsonValue> record, String name) {
    return Optional.ofNullable(record.get(name))
        .filter(JsonValue.Num.class::isInstance)
        .map(value -> ((JsonValue.Num) value).literal());
  }
}
