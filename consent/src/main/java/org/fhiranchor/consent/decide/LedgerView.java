package org.fhiranchor.consent.decide;

import java.time.Instant;

/**
 * How far this node has followed the ledger, and what else its consents are made from.
 *
 * @param block the last block whose events are all applied
 * @param asOf when that was known to be the ledger's latest block; earlier where what other nodes
 *     write was last heard earlier
 * @param oldest which of the sources {@code asOf} is of
 * @param finalBlock grants up to this block are final; -1 for none
 */
public record LedgerView(long block, Instant asOf, Source oldest, long finalBlock) {
  /** Nothing followed yet: stale at any instant. */
  public static final LedgerView NONE = new LedgerView(-1, Instant.EPOCH);

  /** What consents are made from. */
  public enum Source {
    LEDGER("the ledger has not been heard"),
    /** What any node writes to the database (FOL-2). */
    CHANGES("what changed in the database cannot be read"),
    /** The leaves that confirm what is stored (FOL-3). */
    LOG("the log does not confirm what is stored");

    private final String missing;

    Source(String missing) {
      this.missing = missing;
    }

    /** What to say while it is too old. */
    public String missing() {
      return missing;
    }
  }

  /** What other nodes write was heard later than that. */
  public LedgerView(long block, Instant asOf) {
    this(block, asOf, Source.LEDGER, -1);
  }

  /** Stale at any instant, for want of this source. */
  public static LedgerView without(Source source) {
    return new LedgerView(-1, Instant.EPOCH, source, -1);
  }
}
