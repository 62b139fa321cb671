package org.fhiranchor.ledger.anchoring;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LogId;

/**
 * Whether to believe what contradicts what is known (TX-10). A head that cannot be ours is believed
 * at once when the ledger has its event; a lost one never while the ledger has the block of the
 * newest final anchor. Anything else is believed when it is read again some seconds later, and
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
    return ledger
        .anchored(logId, head.size(), head.blockNumber())
        .filter(event -> event.root().equals(head.root()))
        .isPresent();
  }

  /** Whether the block of the newest final anchor is on the chain, and the anchor with it. */
  private boolean hasNewest() {
    return store
        .lastFinal(logId)
        .flatMap(AnchorTransaction::mined)
        .filter(
            known ->
                ledger
                    .block(known.block().number())
                    .map(Block::ref)
                    .filter(known.block()::equals)
                    .isPresent())
        .isPresent();
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
