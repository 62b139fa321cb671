package org.fhiranchor.bench;

import java.util.List;

/** What one benchmark came to. */
record Outcome(List<Figure> figures, List<Table> tables) {
  Outcome {
    figures = List.copyOf(figures);
    tables = List.copyOf(tables);
  }

  static Outcome of(Figure... figures) {
    return new Outcome(List.of(figures), List.of());
  }
}
