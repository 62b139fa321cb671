package org.fhiranchor.consent.decide;

import org.fhiranchor.merkle.Digest;

/** Where a Consent stands on the ledger, as this node's follower knows it. */
public sealed interface LedgerStanding {
  /** Nothing on the ledger. */
  LedgerStanding NOT_THERE = new NotThere();

  /** Revoked on the ledger, at the latest block. */
  LedgerStanding REVOKED = new Revoked();

  /** What the database holds of it is not what was written: it permits nothing, and may deny. */
  LedgerStanding UNCONFIRMED = new Unconfirmed();

  /** Nothing on the ledger. */
  record NotThere() implements LedgerStanding {}

  /**
   * Granted and not revoked.
   *
   * @param termsHash salted hash of the terms that were signed
   * @param validity from {@code notBefore} inclusive to {@code notAfter} exclusive
   * @param isFinal whether the grant's block has the configured finality
   * @param keyBound whether the grantor's key was bound to the patient when it granted
   */
  record Granted(Digest termsHash, TimeSpan validity, boolean isFinal, boolean keyBound)
      implements LedgerStanding {}

  /** The log does not confirm what the database holds of it (FOL-3). */
  record Unconfirmed() implements LedgerStanding {}

  /** Revoked. */
  record Revoked() implements LedgerStanding {}
}
