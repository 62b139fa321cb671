package org.fhiranchor.ledger.consent;

import java.util.Optional;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.merkle.Digest;

/**
 * What this server knows of one consent.
 *
 * @param grant the grant on the chain as it was last seen
 * @param revoked whether a revocation was ever heard of, on the ledger or by this server itself
 */
public record ConsentRecord(ConsentKey key, Optional<Grant> grant, boolean revoked) {
  /**
   * A grant and where it is.
   *
   * @param blockNumber decides whether the grant is final
   */
  public record Grant(Digest termsHash, ConsentPeriod period, long blockNumber) {}

  /** What it counts for (CG-5). */
  public enum Standing {
    /** Nobody granted it. */
    NONE,
    /** Granted, in a block that may still be dropped. */
    NOT_FINAL,
    /** Granted for good. */
    GRANTED,
    /** Revoked for ever. */
    REVOKED
  }

  /** A revocation counts at once, a grant when it is final. */
  public Standing standing(long finalBlock) {
    if (revoked) {
      return Standing.REVOKED;
    }
    return grant
        .map(found -> found.blockNumber() <= finalBlock ? Standing.GRANTED : Standing.NOT_FINAL)
        .orElse(Standing.NONE);
  }
}
