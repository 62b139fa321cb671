package org.fhiranchor.merkle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A record of an export as a line of CSV. */
final class ExportCsv {
  private static final List<String> COLUMNS =
      List.of(
          "leaf",
          "kind",
          "recorded",
          "number",
          "target",
          "event",
          "patient",
          "outcome",
          "interaction",
          "person",
          "subject",
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
          "requestId",
          "key",
          "content",
          "removed");

  private ExportCsv() {}

  static String header() {
    return CsvText.line(COLUMNS);
  }

  static String line(ExportedLeaf leaf) {
    Map<String, String> cells = new LinkedHashMap<>();
    COLUMNS.forEach(name -> cells.put(name, ""));
    cells.put("leaf", leaf.index().toString());
    cells.put("kind", leaf.kind().map(ExportKind::word).orElse(""));
    cells.put("recorded", InstantText.format(leaf.statement().recorded()));
    put(cells, "target", leaf.target());
    put(cells, "patient", leaf.patient());
    put(cells, "person", leaf.person());
    put(cells, "subject", leaf.subject());
    put(cells, "organization", leaf.organization());
    put(cells, "application", leaf.application());
    cells.put("purposes", String.join(" ", leaf.purposes()));
    for (String name : List.of("resources", "categories", "origins", "consents")) {
      cells.put(name, String.join(" ", leaf.texts(name)));
    }
    for (String name :
        List.of("outcome", "interaction", "breakGlassReason", "query", "requestId")) {
      put(cells, name, leaf.text(name));
    }
    put(cells, "why", leaf.text("reason").or(() -> leaf.text("rule")));
    put(cells, "count", leaf.number("count"));
    statement(leaf, cells);
    return CsvText.line(List.copyOf(cells.values()));
  }

  private static void statement(ExportedLeaf leaf, Map<String, String> cells) {
    if (leaf.statement() instanceof Statement.ResourceVersion version) {
      cells.put("event", version.operation().word());
      put(cells, "content", version.content().map(Digest::hex));
    } else if (leaf.statement() instanceof Statement.Disclosure disclosure) {
      cells.put("number", Long.toString(disclosure.sequence()));
      cells.put("removed", leaf.facts().isEmpty() ? "yes" : "");
    } else if (leaf.statement() instanceof Statement.ConsentEvent event) {
      cells.put("event", event.event());
    } else if (leaf.statement() instanceof Statement.KeyBinding binding) {
      cells.put("event", binding.event());
      cells.put("key", binding.key());
    }
  }

  private static void put(Map<String, String> cells, String name, Optional<String> text) {
    text.ifPresent(one -> cells.put(name, one));
  }
}
