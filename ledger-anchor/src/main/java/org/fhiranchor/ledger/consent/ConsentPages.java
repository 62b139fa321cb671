package org.fhiranchor.ledger.consent;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/** Asks for events page by page, each of one chain and not half of another. */
final class ConsentPages {
  private final ConsentLedger ledger;
  private final FollowSettings settings;

  /** Halved when the node cannot answer so much at once, doubled again when it can. */
  private int size;

  ConsentPages(ConsentLedger ledger, FollowSettings settings) {
    this.ledger = ledger;
    this.settings = settings;
    this.size = settings.pageBlocks();
  }

  /** The events of a range of blocks, and the block that ends it. */
  record Page(List<ConsentChange> changes, BlockRef end) {}

  /** The page after the cursor, which begins a little before it. */
  Page after(Optional<BlockRef> cursor, Block head) {
    long next = cursor.map(at -> at.number() + 1).orElse(settings.firstBlock());
    long last = Math.min(next + size - 1, head.number());
    long from = Math.min(Math.max(next - settings.recheckBlocks(), settings.firstBlock()), last);
    BlockRef end = endOf(last, head);
    List<ConsentChange> changes = ask(from, last);
    requireStill(end);
    changes.stream().map(change -> change.place().block()).distinct().forEach(this::requireStill);
    return new Page(changes, end);
  }

  private BlockRef endOf(long last, Block head) {
    return last == head.number()
        ? head.ref()
        : ledger.block(last).map(Block::ref).orElseThrow(() -> changed(last));
  }

  private List<ConsentChange> ask(long from, long to) {
    try {
      List<ConsentChange> changes = ledger.changes(from, to);
      size = (int) Math.min(2L * size, settings.pageBlocks());
      return changes;
    } catch (LedgerUnavailableException | LedgerRejectedException tooMuchMaybe) {
      size = Math.max(size / 2, 1);
      throw tooMuchMaybe;
    }
  }

  /** Events of a chain that is gone by now would otherwise be taken for those of the new one. */
  private void requireStill(BlockRef block) {
    if (ledger.block(block.number()).map(Block::ref).filter(block::equals).isEmpty()) {
      throw changed(block.number());
    }
  }

  private static LedgerUnavailableException changed(long number) {
    return new LedgerUnavailableException(
        "ledger: block " + number + " changed while its events were read");
  }
}
