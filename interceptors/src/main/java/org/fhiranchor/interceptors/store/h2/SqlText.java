package org.fhiranchor.interceptors.store.h2;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What a statement does, as far as the turn is concerned. What is not known to read changes. */
record SqlText(String text, boolean reads) {
  private static final List<String> READ = List.of("select", "with", "values", "(select");

  /** Reads that change: locks, sequences, and H2's tables of what a change inside changed. */
  private static final List<String> CHANGE =
      List.of("for update", "for share", "nextval", "next value", "table (", "table(");

  static SqlText of(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    return new SqlText(
        text,
        READ.stream().anyMatch(lower::startsWith) && CHANGE.stream().noneMatch(lower::contains));
  }

  /** How long it waits for held rows, where others wait for {@code usual}. */
  Duration patience(Duration usual) {
    return text.toLowerCase(Locale.ROOT).contains("nowait") ? Duration.ZERO : usual;
  }
}
