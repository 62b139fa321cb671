package org.fhiranchor.consent.facts;

import java.util.Objects;
import org.fhiranchor.consent.decide.Code;
import org.hl7.fhir.r4.model.Coding;

/**
 * Reads codings. An element may have extensions alone: HAPI says that it is there, and has null.
 */
public final class Codes {
  private Codes() {}

  /** What a coding is compared by; the empty string stands for what it does not say. */
  public static Code of(Coding coding) {
    return new Code(
        Objects.requireNonNullElse(coding.getSystem(), ""),
        Objects.requireNonNullElse(coding.getCode(), ""));
  }

  /** Whether it can be compared at all: it needs a system and a code. */
  public static boolean isNamed(Coding coding) {
    return coding.getSystem() != null && coding.getCode() != null;
  }
}
