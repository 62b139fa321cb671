package org.fhiranchor.consent.decide;

import java.time.Instant;

/**
 * How far this node has followed the ledger, and what else its consents are made from.
 *
 * @param block the last block whose events are all applied
 * @param asOf when that was known to be the ledger's latest block; earlier where what other nodes
 *     write was last heard earlier
 */
public record LedgerView(long block, Instant asOf) {
  /** Nothing followed yet: stale at any instant. */
  public static final LedgerView NONE = new LedgerView(-1, Instant.EPOCH);
}
