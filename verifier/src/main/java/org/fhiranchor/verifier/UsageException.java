package org.fhiranchor.verifier;

/** The command line is wrong or an input cannot be read; the message says which and how. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
