package org.fhiranchor.bench;

import java.util.List;

/** Rows of text under a title. */
record Table(String title, List<String> header, List<List<String>> rows) {
  Table {
    header = List.copyOf(header);
    rows = List.copyOf(rows);
  }

  String markdown() {
    StringBuilder out = new StringBuilder();
    out.append(line(header)).append(line(header.stream().map(cell -> "---").toList()));
    rows.forEach(row -> out.append(line(row)));
    return out.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }
}
