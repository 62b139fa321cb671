package org.fhiranchor.ledger.consent;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Hears revocations in the newest blocks before everything else is read: a flood of strangers'
 * events delays none (FOL-1), whether it is in blocks below or in the same ones. They count at
 * once; the cursor stays where it is, and their events come again in their order.
 */
final class RecentRevocations {
  /** Blocks below the head that are looked at first. */
  private static final int BLOCKS = 64;

  /** Events that take longer to be read than one more question takes. */
  private static final int MANY_EVENTS = 100;

  private final ConsentLedger ledger;
  private final ConsentStateStore store;
  private final ConsentPages pages;
  private int blocks = BLOCKS;
  private long heard = -1;

  /** The head up to which there was little to read. */
  private long few = -1;

  RecentRevocations(ConsentLedger ledger, ConsentStateStore store, ConsentPages pages) {
    this.ledger = ledger;
    this.store = store;
    this.pages = pages;
  }

  /**
   * Revocations that count from now on and were not heard here before, to be told before anything
   * else is read; empty when another node was faster.
   */
  Optional<List<ConsentChange>> hear(Optional<Cursor> at, Block head) {
    if (at.isEmpty()) {
      return Optional.of(List.of());
    }
    List<ConsentChange> past = past(head);
    List<ConsentChange> newest = isToBeHeard(at.get(), head) ? newest(head) : List.of();
    List<ConsentChange> found = Stream.concat(past.stream(), newest.stream()).toList();
    return found.isEmpty() || store.apply(at, found, at.get())
        ? Optional.of(newest)
        : Optional.empty();
  }

  private boolean isToBeHeard(Cursor at, Block head) {
    if (head.number() == heard || head.number() == few) {
      return false;
    }
    boolean isMuch =
        head.number() - at.block().number() > blocks
            || (head.number() > at.block().number() && events(head) - at.number() > MANY_EVENTS);
    few = isMuch ? few : head.number();
    return isMuch;
  }

  /** 0 where the registry's state cannot be had: the page that is read next says so. */
  private long events(Block head) {
    try {
      return ledger.lastNumber(head.ref());
    } catch (LedgerUnavailableException | LedgerRejectedException unknown) {
      return 0;
    }
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
