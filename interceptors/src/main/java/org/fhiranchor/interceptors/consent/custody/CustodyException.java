package org.fhiranchor.interceptors.consent.custody;

/** A key in custody cannot be used; trying again does not help. */
public final class CustodyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CustodyException(String message) {
    super(message);
  }
}
