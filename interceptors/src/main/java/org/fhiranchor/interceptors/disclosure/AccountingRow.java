package org.fhiranchor.interceptors.disclosure;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.fhiranchor.merkle.JsonValue;

/**
 * Disclosures to one recipient for one purpose on one day (45 CFR 164.528(b)(3)): what a person
 * reads as one row. Broken glass, refusals and what was shown never share a row.
 *
 * @param lines the newest first, at least one
 */
public record AccountingRow(List<Accounting.Line> lines) {
  /** What makes two disclosures one row. */
  private record Key(
      boolean emergency,
      LocalDate day,
      Optional<String> outcome,
      Map<String, JsonValue> requester,
      List<String> purposes,
      Optional<String> breakGlassReason,
      Optional<String> why) {}

  /** Rows of these, each where its newest line stands. */
  public static List<AccountingRow> of(List<Accounting.Line> lines, ZoneId zone) {
    Map<Key, List<Accounting.Line>> rows = new LinkedHashMap<>();
    for (Accounting.Line line : lines) {
      rows.computeIfAbsent(key(line, zone), first -> new ArrayList<>()).add(line);
    }
    return rows.values().stream().map(AccountingRow::new).toList();
  }

  /** Each line as a row of its own. */
  public static List<AccountingRow> each(List<Accounting.Line> lines) {
    return lines.stream().map(line -> new AccountingRow(List.of(line))).toList();
  }

  private static Key key(Accounting.Line line, ZoneId zone) {
    Map<String, JsonValue> record = line.members();
    return new Key(
        line.emergency(),
        LocalDate.ofInstant(line.recorded(), zone),
        AuditEventText.text(record, "outcome"),
        AuditEventText.requester(record),
        AuditEventText.texts(record, "purposes"),
        AuditEventText.text(record, "breakGlassReason"),
        AuditEventText.why(record));
  }

  /** The one that stands for all of them. */
  public Accounting.Line newest() {
    return lines.get(0);
  }

  /** When the first of them was. */
  public Instant first() {
    return lines.stream().map(Accounting.Line::recorded).min(Instant::compareTo).orElseThrow();
  }

  /** When the last of them was. */
  public Instant last() {
    return lines.stream().map(Accounting.Line::recorded).max(Instant::compareTo).orElseThrow();
  }

  /** The texts that any of them has under this name, in order. */
  public List<String> all(String name) {
    TreeSet<String> found = new TreeSet<>();
    lines.forEach(line -> found.addAll(AuditEventText.texts(line.members(), name)));
    return List.copyOf(found);
  }
}
