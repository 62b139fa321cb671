package org.fhiranchor.ledger;

import java.util.Optional;

/**
 * What the registry's contract says of a consent right now.
 *
 * @param grantedBlock the block with the grant's event; kept after a revocation, empty where there
 *     was no grant
 */
public record LedgerConsent(Status status, Optional<Long> grantedBlock) {
  /** CR-1. */
  public enum Status {
    /** Never heard of. */
    NONE,
    /** Granted and not revoked. */
    GRANTED,
    /** Revoked for ever. */
    REVOKED
  }
}
