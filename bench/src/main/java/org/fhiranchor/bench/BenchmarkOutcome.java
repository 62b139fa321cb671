package org.fhiranchor.bench;

import java.util.List;

/** What one benchmark came to. */
record BenchmarkOutcome(List<Figure> figures, List<Table> tables) {
  BenchmarkOutcome {
    figures = List.copyOf(figures);
    tables = List.copyOf(tables);
  }

  static BenchmarkOutcome of(Figure... figures) {
    return new BenchmarkOutcome(List.of(figures), List.of());
  }
}
