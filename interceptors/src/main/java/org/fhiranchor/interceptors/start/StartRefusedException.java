package org.fhiranchor.interceptors.start;

/** This server does not start as it is set up; the message says what is wanted instead. */
public final class StartRefusedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** Names what is wrong, what is wanted, and the setting for it. */
  public StartRefusedException(String message) {
    super(message);
  }
}
