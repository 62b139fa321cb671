package org.fhiranchor.ledger.embedded;

/** The embedded chain cannot run. The message says what to do about it. */
public final class EmbeddedChainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmbeddedChainException(String message) {
    super(message);
  }

  EmbeddedChainException(String message, Throwable cause) {
    super(message, cause);
  }
}
