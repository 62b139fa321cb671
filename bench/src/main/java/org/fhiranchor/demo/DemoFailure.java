package org.fhiranchor.demo;

/** The story cannot go on; the message says what was wanted, what was found and what to do. */
final class DemoFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoFailure(String message) {
    super(message);
  }

  DemoFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
