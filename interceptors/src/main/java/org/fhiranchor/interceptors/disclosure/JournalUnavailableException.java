package org.fhiranchor.interceptors.disclosure;

/** A disclosure could not be made durable: nothing may be shown. Asking again may help. */
public final class JournalUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what could not be done, without patient data. */
  public JournalUnavailableException(String message) {
    super(message);
  }

  /** The same, with what failed underneath. */
  public JournalUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
