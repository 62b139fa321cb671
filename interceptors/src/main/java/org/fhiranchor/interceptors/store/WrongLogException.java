package org.fhiranchor.interceptors.store;

/** The database carries the log of another origin or key. */
public final class WrongLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongLogException(String stored, String configured) {
    super(
        "the database carries the log "
            + stored
            + " but the settings name "
            + configured
            + ": restore the signing key of this log (anchor.log.signing-key, anchor.log.origin) or"
            + " use another database; to begin a new log on this tree on purpose, set"
            + " anchor.log.succeeds to the old origin");
  }
}
