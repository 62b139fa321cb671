package org.fhiranchor.ledger;

/** The ledger did not answer, or not sensibly. Nothing is known about what it did: try again. */
public final class LedgerUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what was asked and what came back. */
  public LedgerUnavailableException(String message) {
    super(message);
  }

  /** Says what was asked and why there was no answer. */
  public LedgerUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
