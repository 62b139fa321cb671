package org.fhiranchor.ledger.consent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Hears revocations in the newest blocks before everything older is read: a flood of strangers'
 * events delays none (FOL-1). They count at once; the cursor stays where it is, and their events
 * come again in their order.
 */
final class RecentRevocations {
  /** Blocks below the head that are looked at first. */
  private static final int BLOCKS = 64;

  private final ConsentLedger ledger;
  private final ConsentStateStore store;
  private final ConsentPages pages;
  private int blocks = BLOCKS;
  private long heard = -1;

  RecentRevocations(ConsentLedger ledger, ConsentStateStore store, ConsentPages pages) {
    this.ledger = ledger;
    this.store = store;
    this.pages = pages;
  }

  /** False when another node was faster. */
  boolean hear(Optional<Cursor> at, Block head) {
    if (at.isEmpty()) {
      return true;
    }
    List<ConsentChange> found = new ArrayList<>(past(head));
    boolean near = head.number() - at.get().block().number() <= blocks;
    if (!near && head.number() != heard) {
      found.addAll(newest(head));
    }
    return found.isEmpty() || store.apply(at, found, at.get());
  }

  private List<ConsentChange> past(Block head) {
    List<ConsentChange.Revoked> found = ledger.revocationsPast(head);
    Set<ConsentKey> ours = store.concerned(found.stream().map(ConsentChange.Revoked::key).toList());
    return found.stream()
        .filter(change -> ours.contains(change.key()))
        .<ConsentChange>map(change -> change)
        .toList();
  }

  private List<ConsentChange> newest(Block head) {
    try {
      long first = Math.max(head.number() - blocks + 1, heard + 1);
      List<ConsentChange> found = pages.revocations(Math.min(first, head.number()), head);
      heard = head.number();
      blocks = Math.min(blocks * 2, BLOCKS);
      return found;
    } catch (LedgerUnavailableException | LedgerRejectedException tooMuchMaybe) {
      // The page that is read next says what is wrong; here only fewer blocks are tried next time.
      blocks = Math.max(blocks / 2, 1);
      return List.of();
    }
  }
}
