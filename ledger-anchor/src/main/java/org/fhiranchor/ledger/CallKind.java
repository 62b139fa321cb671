package org.fhiranchor.ledger;

/** What an account sends a transaction for. */
public enum CallKind {
  /** A patient's revocation: it goes before everything that waits. */
  REVOCATION,
  /** A patient's grant. */
  GRANT,
  /** A log's new head. */
  ANCHOR,
  /** A log that is handed to another owner. */
  OWNERSHIP,
  /** Does nothing: uses up a nonce that nobody holds, so that the calls behind it can be mined. */
  FILLER;

  /** Whether it goes before all others, for more money. */
  public boolean isUrgent() {
    return this == REVOCATION;
  }
}
