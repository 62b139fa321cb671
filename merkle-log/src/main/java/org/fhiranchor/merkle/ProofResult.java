package org.fhiranchor.merkle;

/** The answer of a proof check. */
public sealed interface ProofResult {
  /** The proof holds. */
  record Valid() implements ProofResult {}

  /**
   * The proof does not hold.
   *
   * @param reason what does not fit, in words
   * @param want the value that would have fitted
   * @param got the value found
   */
  record Invalid(String reason, String want, String got) implements ProofResult {}

  /** Whether the proof holds. */
  default boolean isValid() {
    return this instanceof Valid;
  }
}
