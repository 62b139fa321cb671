package org.fhiranchor.ledger;

import java.util.Optional;

/**
 * What the registry's contract says of a consent at one block.
 *
 * @param grantedBlock the block with the grant's event; kept after a revocation, empty where there
 *     was no grant
 * @param grantHash what {@link ConsentLedger#grantHash} makes of the grant's terms and period;
 *     empty where there was no grant
 */
public record LedgerConsent(Status status, Optional<Long> grantedBlock, Optional<Bytes> grantHash) {
  /** Nobody ever heard of it. */
  public static final LedgerConsent NONE =
      new LedgerConsent(Status.NONE, Optional.empty(), Optional.empty());

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
