package org.fhiranchor.interceptors.autoconfigure;

import java.nio.file.Path;

/** The log has begun, or is to be anchored on a network, and its key is not there. */
final class LogKeyMissingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LogKeyMissingException(Path file, String origin) {
    super(
        ("anchor.log.signing-key: %s is missing: put this log's key back, or, for a new log alone,"
                + " make one: make log-key FILE=%s ORIGIN=%s")
            .formatted(file, file, origin));
  }
}
