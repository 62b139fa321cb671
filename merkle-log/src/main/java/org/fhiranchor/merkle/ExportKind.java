package org.fhiranchor.merkle;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What an officer can ask an export for (EXP-1). Leaves of other kinds have no record. */
public enum ExportKind {
  /** A version of a resource was written. */
  VERSIONS,
  /** Somebody was shown something of a patient. */
  DISCLOSURES,
  /** Somebody was refused. */
  REFUSALS,
  /** A consent was granted or revoked, or a key bound. */
  CONSENTS;

  /** As a parameter says it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind that a parameter names. */
  public static Optional<ExportKind> of(String word) {
    return Stream.of(values()).filter(kind -> kind.word().equals(word)).findFirst();
  }
}
