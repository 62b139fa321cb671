package org.fhiranchor.interceptors.consent.following;

import java.util.Optional;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.consent.ConsentRecord;

/**
 * One row of the follower's copy of the ledger.
 *
 * @param record what is known of it
 * @param grantTransaction the grant's transaction on the chain
 * @param revocation where the ledger revoked it; empty while only this server has heard of it
 * @param revision grows with every change of any row
 */
public record ConsentState(
    ConsentRecord record,
    Optional<TransactionHash> grantTransaction,
    Optional<Revocation> revocation,
    long revision) {
  /** Where the ledger revoked it. */
  public record Revocation(long blockNumber, TransactionHash transaction) {}
}
