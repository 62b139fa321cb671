package org.fhiranchor.interceptors.erasure;

import java.util.List;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Statement;

/**
 * Erasures of the log of which the second database knows nothing: it is another one than that of
 * the node that erased, or was lost, or set back (ERA-3). May be asked from any thread.
 */
public final class UnknownErasures {
  private static final int NEVER = -1;

  private final ConfirmedLeaves leaves;
  private final ChainRows chains;
  private final Tombstones tombstones;
  private volatile int allKnown;

  /** Of this log and this second database. */
  public UnknownErasures(ConfirmedLeaves leaves, ChainRows chains, Tombstones tombstones) {
    this.leaves = leaves;
    this.chains = chains;
    this.tombstones = tombstones;
  }

  /** How many there are. */
  public long count() {
    int all = leaves.erasures().size();
    if (all == allKnown) {
      return 0;
    }
    long unknown =
        chains.all(List.of(Statement.Erasure.CHAIN)).stream()
            .map(row -> ErasureLeaves.record(row).getOrDefault("tag", ""))
            .filter(tag -> !tag.isEmpty())
            .distinct()
            .filter(tag -> !tombstones.knows(Digest.fromHex(tag)))
            .count();
    // What another node erased just now may not be known yet, and is looked for again.
    allKnown = unknown == 0 ? all : NEVER;
    return unknown;
  }
}
