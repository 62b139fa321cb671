package org.fhiranchor.merkle;

/**
 * The text has no canonical form. The message names what was wanted and the place, never the
 * content: it may be logged.
 */
public final class CanonicalFormException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CanonicalFormException(String message) {
    super(message);
  }
}
