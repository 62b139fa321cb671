package org.fhiranchor.ledger.anchoring;

import java.util.Optional;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/** Compares the local log with the ledger, at start and before every anchor (TX-5). */
final class LogComparison {
  private final LogId logId;
  private final AnchorLedger ledger;
  private final Checkpoints checkpoints;
  private final AnchorTransactionStore store;

  LogComparison(
      LogId logId, AnchorLedger ledger, Checkpoints checkpoints, AnchorTransactionStore store) {
    this.logId = logId;
    this.ledger = ledger;
    this.checkpoints = checkpoints;
    this.store = store;
  }

  /**
   * What one look came to.
   *
   * @param head the ledger's, at one block
   */
  record Look(LogStanding standing, Optional<LedgerHead> head) {}

  Look look() {
    // The ledger first: a log that grows meanwhile is ahead, never behind.
    Optional<LedgerHead> head = ledger.headAt(logId, ledger.latest().ref());
    return new Look(standing(head), head);
  }

  /**
   * Whether the ledger's head is this final anchor, in the block that is known: a chain that was
   * set back may have mined the same bytes again.
   */
  boolean isPlaced(AnchorTransaction known, LedgerHead head) {
    BlockRef block = known.mined().orElseThrow().block();
    return known.call().size().equals(head.size())
        && block.number() == head.blockNumber()
        && ledger
            .block(block.number())
            .map(Block::ref)
            .filter(found -> !found.equals(block))
            .isEmpty();
  }

  private LogStanding standing(Optional<LedgerHead> head) {
    TreeSize local = checkpoints.latest().map(Checkpoint::size).orElse(TreeSize.ZERO);
    TreeSize there = head.map(LedgerHead::size).orElse(TreeSize.ZERO);
    if (there.value() > local.value()) {
      return new LogStanding.LocalRestored(local, there);
    }
    return head.flatMap(this::divergence).orElseGet(() -> distance(there, local));
  }

  private Optional<LogStanding> divergence(LedgerHead head) {
    Digest ours = checkpoints.rootAt(head.size());
    return ours.equals(head.root())
        ? Optional.empty()
        : Optional.of(new LogStanding.Diverged(head.size(), ours, head.root()));
  }

  private LogStanding distance(TreeSize there, TreeSize local) {
    TreeSize lastFinal =
        store.lastFinal(logId).map(anchor -> anchor.call().size()).orElse(TreeSize.ZERO);
    if (there.value() < lastFinal.value()) {
      return new LogStanding.LedgerLost(there, lastFinal, local);
    }
    if (local.value() == 0) {
      return new LogStanding.Fresh();
    }
    return there.equals(local)
        ? new LogStanding.InStep(local)
        : new LogStanding.LogAhead(there, local);
  }
}
