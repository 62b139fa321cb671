package org.fhiranchor.ledger.consent;

import java.time.Duration;
import java.time.Instant;
import org.fhiranchor.ledger.BlockRef;

/**
 * How far this node knows the ledger.
 *
 * @param block every event up to here is applied
 * @param finalBlock grants up to this block are final; -1 for none
 * @param asOf no revocation that the ledger had at this instant is unknown here
 */
public record Followed(BlockRef block, long finalBlock, Instant asOf) {
  /** CG-6: whether what is known is too old to decide on. */
  public boolean isStale(Instant now, Duration maxStaleness) {
    return Duration.between(asOf, now).compareTo(maxStaleness) > 0;
  }
}
