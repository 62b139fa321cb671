package org.fhiranchor.consent.decide;

import java.util.Optional;

/**
 * How confidential a resource is, lowest first
 * (http://terminology.hl7.org/CodeSystem/v3-Confidentiality). A resource without such a label
 * counts as {@link #N}, what most unlabelled clinical data is.
 */
public enum Confidentiality {
  /** Unrestricted. */
  U,
  /** Low. */
  L,
  /** Moderate. */
  M,
  /** Normal. */
  N,
  /** Restricted. */
  R,
  /** Very restricted. */
  V;

  /** The code system of these six codes. */
  public static final String SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

  /** The level of a coding; empty when the coding is not one of the six. */
  public static Optional<Confidentiality> of(Code code) {
    return code.system().equals(SYSTEM) ? ofCode(code.code()) : Optional.empty();
  }

  /** The level of a bare code, as Composition.confidentiality has it. */
  public static Optional<Confidentiality> ofCode(String code) {
    for (Confidentiality level : values()) {
      if (level.name().equals(code)) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  /** The more confidential of two. */
  public Confidentiality max(Confidentiality other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
