package org.fhiranchor.ledger.consent;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Applies the registry's events in order, whatever the chain does meanwhile (CG-5): resumes from
 * the stored cursor, unwinds to the common ancestor when a block it applied is gone, and applies an
 * event twice rather than not at all.
 *
 * <p>One per node. Threads: {@link #step()} one at a time, {@link #followed()} any number.
 */
public final class ConsentFollower {
  private final ConsentLedger ledger;
  private final ConsentStateStore store;
  private final FollowSettings settings;
  private final Clock clock;
  private final ConsentPages pages;

  private volatile Optional<Followed> followed = Optional.empty();

  /** Asks nothing yet. */
  public ConsentFollower(
      ConsentLedger ledger, ConsentStateStore store, FollowSettings settings, Clock clock) {
    this.ledger = ledger;
    this.store = store;
    this.settings = settings;
    this.clock = clock;
    this.pages = new ConsentPages(ledger, settings);
  }

  /** How far this node has come; empty until it has caught up once. */
  public Optional<Followed> followed() {
    return followed;
  }

  /** Goes on from the cursor as far as the settings allow in one step. */
  public synchronized FollowOutcome step() {
    try {
      return follow();
    } catch (LedgerUnavailableException | LedgerRejectedException away) {
      return new FollowOutcome.Away(String.valueOf(away.getMessage()));
    }
  }

  private FollowOutcome follow() {
    Instant asked = clock.instant();
    Block head = ledger.latest();
    List<BlockRef> cursors = store.cursors();
    Optional<BlockRef> cursor = cursors.stream().findFirst();
    if (cursor.isPresent() && !isCanonical(cursor.get())) {
      return unwind(cursor.get(), cursors);
    }
    return advance(cursor, head, asked);
  }

  private boolean isCanonical(BlockRef block) {
    return ledger.block(block.number()).map(Block::ref).filter(block::equals).isPresent();
  }

  private FollowOutcome unwind(BlockRef from, List<BlockRef> cursors) {
    Optional<BlockRef> ancestor = cursors.stream().skip(1).filter(this::isCanonical).findFirst();
    // If we die before this is stored, the same reorganisation is found again.
    return store.unwind(Optional.of(from), ancestor)
        ? new FollowOutcome.Unwound(from, ancestor)
        : new FollowOutcome.Overtaken();
  }

  private FollowOutcome advance(Optional<BlockRef> cursor, Block head, Instant asked) {
    List<ConsentChange> all = new ArrayList<>();
    Optional<BlockRef> at = cursor;
    for (int page = 0; page < settings.maxPages() && !isAt(at, head); page++) {
      ConsentPages.Page next = pages.after(at, head);
      // If we die before this is stored, the page is asked for again; half of it is never stored.
      if (!store.apply(at, next.changes(), next.end())) {
        return new FollowOutcome.Overtaken();
      }
      all.addAll(next.changes());
      at = Optional.of(next.end());
    }
    if (!isAt(at, head)) {
      return at.<FollowOutcome>map(end -> new FollowOutcome.Behind(end, List.copyOf(all)))
          .orElseThrow();
    }
    return caughtUp(head, asked, all);
  }

  private static boolean isAt(Optional<BlockRef> cursor, Block head) {
    return cursor.filter(head.ref()::equals).isPresent();
  }

  private FollowOutcome caughtUp(Block head, Instant asked, List<ConsentChange> all) {
    Instant asOf =
        settings.pace() == FollowSettings.Pace.REGULAR && head.time().isBefore(asked)
            ? head.time()
            : asked;
    Followed now = new Followed(head.ref(), settings.finality().finalNumber(ledger), asOf);
    followed = Optional.of(now);
    return new FollowOutcome.CaughtUp(now, List.copyOf(all));
  }
}
