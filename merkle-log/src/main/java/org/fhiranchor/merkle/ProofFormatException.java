package org.fhiranchor.merkle;

/**
 * A proof file, checkpoint note or tile is not of the shape it must have. Names what was wanted.
 */
public final class ProofFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProofFormatException(String message) {
    super(message);
  }
}
