package org.fhiranchor.ledger.anchoring;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.AnchoredEvent;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.merkle.TreeSize;

/**
 * Whether to believe what contradicts what is known (TX-10). A head that cannot be ours is believed
 * at once when the ledger has its event; a lost one never while the ledger has the newest final
 * anchor in its block. Anything else is believed when it is read again some seconds later, and
 * nothing else in between: nodes lag, and one answer may be wrong.
 *
 * <p>Threads: any number.
 */
final class Belief {
  /** Time from the first look to the one that is believed. */
  static final Duration APART = Duration.ofSeconds(5);

  /** Two looks further apart than this have nothing to do with each other. */
  private static final Duration TOGETHER = Duration.ofSeconds(30);

  private final LogId logId;
  private final AnchorLedger ledger;
  private final AnchorTransactionStore store;
  private final Clock clock;
  private Optional<Class<?>> seen = Optional.empty();
  private Instant since = Instant.EPOCH;
  private Instant last = Instant.EPOCH;

  Belief(LogId logId, AnchorLedger ledger, AnchorTransactionStore store, Clock clock) {
    this.logId = logId;
    this.ledger = ledger;
    this.store = store;
    this.clock = clock;
  }

  /** Whether to act on this look. */
  boolean holds(LogComparison.Look look) {
    LogStanding standing = look.standing();
    if (standing.isFatal() && look.head().filter(this::hasEvent).isPresent()) {
      return true;
    }
    boolean doubtful = standing.isDoubtful();
    boolean untrue = doubtful && !standing.isFatal() && hasNewest();
    return again(doubtful && !untrue ? Optional.of(standing.getClass()) : Optional.empty())
        || !doubtful;
  }

  private boolean hasEvent(LedgerHead head) {
    return event(head.size(), head.blockNumber())
        .filter(event -> event.root().equals(head.root()))
        .isPresent();
  }

  /** Whether the newest final anchor is where it was. */
  private boolean hasNewest() {
    return store.lastFinal(logId).filter(this::isThere).isPresent();
  }

  private boolean isThere(AnchorTransaction anchor) {
    BlockRef block = anchor.mined().orElseThrow().block();
    return ledger.block(block.number()).map(Block::ref).filter(block::equals).isPresent()
        && event(anchor.call().size(), block.number())
            .filter(event -> event.block().equals(block))
            .isPresent();
  }

  /** Empty too where the node refuses to look: that block may not be there. */
  private Optional<AnchoredEvent> event(TreeSize size, long block) {
    try {
      return ledger.anchored(logId, size, block);
    } catch (LedgerRejectedException refused) {
      return Optional.empty();
    }
  }

  private synchronized boolean again(Optional<Class<?>> kind) {
    Instant now = clock.instant();
    boolean same = seen.equals(kind) && !now.isAfter(last.plus(TOGETHER));
    if (!same) {
      seen = kind;
      since = now;
    }
    last = now;
    return kind.isPresent() && !now.isBefore(since.plus(APART));
  }
}
