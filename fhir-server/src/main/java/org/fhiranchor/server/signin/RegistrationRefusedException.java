package org.fhiranchor.server.signin;

import com.fasterxml.jackson.core.JsonProcessingException;

/** A registration that cannot be (RFC 7591 section 3.2.2); the message says what is wanted. */
final class RegistrationRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String error;

  RegistrationRefusedException(String error, String message) {
    super(message);
    this.error = error;
  }

  RegistrationRefusedException(String message, JsonProcessingException cause) {
    super(message, cause);
    this.error = "invalid_client_metadata";
  }

  String error() {
    return error;
  }
}
