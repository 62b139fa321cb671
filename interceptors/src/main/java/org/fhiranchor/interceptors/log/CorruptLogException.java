package org.fhiranchor.interceptors.log;

/** The store contradicts itself. Never retried: a person has to look. */
public final class CorruptLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what does not fit: want and got, never patient data. */
  public CorruptLogException(String message) {
    super(message);
  }

  /** The same, with what failed underneath. */
  public CorruptLogException(String message, Throwable cause) {
    super(message, cause);
  }
}
