package org.fhiranchor.server;

import java.sql.SQLException;

/** The database cannot be used; the message says why and what to do. */
final class DatabaseAtStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatabaseAtStartException(String message, SQLException cause) {
    super(message, cause);
  }
}
