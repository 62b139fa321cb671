package org.fhiranchor.ledger.consent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Applies the registry's events in order, whatever the chain does meanwhile (CG-5): resumes from
 * the stored cursor, unwinds to the common ancestor when a block it applied is gone, and applies an
 * event twice rather than not at all. What a node answers is checked: an event that was left out is
 * noticed by its number (FOL-7), asked for again, and past that replaced by the registry's state.
 *
 * <p>One per node. Threads: {@link #step()} one at a time, everything else any number.
 */
public final class ConsentFollower {
  /** A step that reads old blocks ends after this, so that what it heard can be told. */
  private static final Duration STEP = Duration.ofMillis(50);

  private final ConsentLedger ledger;
  private final ConsentStateStore store;
  private final FollowSettings settings;
  private final Clock clock;
  private final ConsentPages pages;
  private final ConsentComparison comparison;
  private final RecentRevocations recent;

  private volatile Optional<Followed> followed = Optional.empty();
  private volatile Optional<Cursor> cursor = Optional.empty();
  private volatile Optional<String> trouble = Optional.empty();
  private Optional<Long> firstBlock;
  private boolean begun;

  /** Whether the last look found none of our blocks. */
  private boolean foreign;

  private int incompleteLooks;
  private Optional<Instant> incompleteSince = Optional.empty();
  private boolean stateStandsIn;
  private long seen;
  private long finalBlock = -1;

  /** Asks nothing yet. */
  public ConsentFollower(
      ConsentLedger ledger, ConsentStateStore store, FollowSettings settings, Clock clock) {
    this.ledger = ledger;
    this.store = store;
    this.settings = settings;
    this.clock = clock;
    this.pages = new ConsentPages(ledger, store, settings);
    this.comparison = new ConsentComparison(ledger, store);
    this.recent = new RecentRevocations(ledger, store, pages);
    this.firstBlock = settings.firstBlock();
  }

  /** How far this node has come; empty until it has caught up once. */
  public Optional<Followed> followed() {
    return followed;
  }

  /** Where this node was when it had caught up the last time: state is read there (FOL-6). */
  public Optional<Cursor> cursor() {
    return cursor;
  }

  /** What is wrong with the ledger's answers; empty when the last step found nothing. */
  public Optional<String> trouble() {
    return trouble;
  }

  /** Goes on from the cursor as far as the settings allow in one step. */
  public synchronized FollowOutcome step() {
    FollowOutcome outcome = tried();
    if (outcome instanceof FollowOutcome.Away away) {
      trouble = Optional.of(away.message());
    } else if (outcome instanceof FollowOutcome.Incomplete incomplete) {
      trouble = Optional.of(incomplete.message());
    } else if (incompleteLooks == 0 && !stateStandsIn) {
      trouble = Optional.empty();
    }
    return outcome;
  }

  private FollowOutcome tried() {
    try {
      return follow();
    } catch (LedgerUnavailableException | LedgerRejectedException away) {
      return new FollowOutcome.Away(String.valueOf(away.getMessage()));
    }
  }

  private FollowOutcome follow() {
    Instant asked = clock.instant();
    // Before the head: what another node of this database applies in between would look like a
    // chain
    // that lost its end.
    List<Cursor> cursors = store.cursors();
    Block head = ledger.latest();
    if (cursors.isEmpty() && !begun && !store.unwind(Optional.empty(), Optional.empty())) {
      return new FollowOutcome.Overtaken();
    }
    begun = true;
    if (cursors.isEmpty()) {
      return advance(cursors, head, asked);
    }
    Cursor newest = cursors.get(0);
    if (head.number() < newest.block().number()) {
      return behind(cursors, head);
    }
    return isCanonical(newest, head) ? advance(cursors, head, asked) : unwind(cursors, head);
  }

  /**
   * The node's newest block is older than what was applied. A node that lags has our blocks as far
   * as it goes, and nothing is undone for it; another chain does not have them. Only where blocks
   * come on demand is a shorter chain one that lost its end.
   */
  private FollowOutcome behind(List<Cursor> cursors, Block head) {
    Optional<Cursor> below =
        cursors.stream().filter(known -> known.block().number() <= head.number()).findFirst();
    boolean lags = below.map(known -> isCanonical(known, head)).orElse(true);
    if (lags && settings.pace() == FollowSettings.Pace.REGULAR) {
      throw new LedgerUnavailableException(
          "ledger: the node lags: want block "
              + cursors.get(0).block().number()
              + " or later, got "
              + head.number());
    }
    return unwind(cursors, head);
  }

  private boolean isCanonical(Cursor known, Block head) {
    long number = known.block().number();
    return number <= head.number()
        && ledger
            .block(number)
            .map(Block::ref)
            .map(known.block()::equals)
            .orElseThrow(
                () ->
                    new LedgerUnavailableException(
                        "ledger: the node has block "
                            + head.number()
                            + ", but no block "
                            + number));
  }

  private FollowOutcome unwind(List<Cursor> cursors, Block head) {
    Cursor from = cursors.get(0);
    Optional<Cursor> ancestor =
        cursors.stream().skip(1).filter(known -> isCanonical(known, head)).findFirst();
    requireAgain(ancestor.isEmpty());
    // If we die before this is stored, the same reorganisation is found again.
    if (!store.unwind(Optional.of(from), ancestor)) {
      return new FollowOutcome.Overtaken();
    }
    Optional<BlockRef> common = ancestor.map(Cursor::block);
    seen = 0;
    finalBlock = Math.min(finalBlock, common.map(BlockRef::number).orElse(-1L));
    return new FollowOutcome.Unwound(from.block(), common);
  }

  /** One answer from another chain makes nothing forgotten; a chain that is gone stays gone. */
  private void requireAgain(boolean isForeign) {
    boolean again = foreign;
    foreign = isForeign;
    if (isForeign && !again) {
      throw new LedgerUnavailableException(
          "ledger: none of the blocks that were followed is on the node's chain");
    }
  }

  private FollowOutcome advance(List<Cursor> cursors, Block head, Instant asked) {
    foreign = false;
    List<ConsentChange> all = new ArrayList<>();
    Optional<Cursor> at = cursors.stream().findFirst();
    for (int page = 0; !isAt(at, head) && mayGoOn(page, asked); page++) {
      Optional<List<ConsentChange>> recently = recent.hear(at, head);
      if (recently.isEmpty()) {
        return new FollowOutcome.Overtaken();
      }
      if (!recently.get().isEmpty()) {
        return new FollowOutcome.Behind(at.orElseThrow().block(), recently.get());
      }
      Optional<ConsentPages.Page> next = read(cursors, at, head);
      if (next.isEmpty() || next.get().doubt().isPresent()) {
        return incomplete(at, head, next, asked);
      }
      // If we die before this is stored, the page is asked for again; half of it is never stored.
      if (!store.apply(at, next.get().changes(), next.get().cursor())) {
        return new FollowOutcome.Overtaken();
      }
      all.addAll(next.get().changes());
      at = Optional.of(next.get().cursor());
      complete();
      stateStandsIn = false;
    }
    if (!isAt(at, head)) {
      return new FollowOutcome.Behind(at.orElseThrow().block(), List.copyOf(all));
    }
    return caughtUp(at.orElseThrow(), head, asked, all);
  }

  private boolean mayGoOn(int pages, Instant since) {
    boolean early = !clock.instant().isAfter(since.plus(STEP));
    return pages == 0 || (pages < settings.maxPages() && early);
  }

  private static boolean isAt(Optional<Cursor> cursor, Block head) {
    return cursor.filter(at -> at.block().equals(head.ref())).isPresent();
  }

  /** Empty when the events cannot be had; {@link #trouble} says why. */
  private Optional<ConsentPages.Page> read(List<Cursor> cursors, Optional<Cursor> at, Block head) {
    try {
      long known = at.map(Cursor::number).orElse(0L);
      return Optional.of(
          incompleteLooks == 0
              ? pages.from(first(at), known, head)
              : pages.again(firstAgain(cursors, at), known, head));
    } catch (LedgerUnavailableException | LedgerRejectedException unreadable) {
      trouble = Optional.of(String.valueOf(unreadable.getMessage()));
      return Optional.empty();
    }
  }

  private long first(Optional<Cursor> at) {
    if (at.isPresent()) {
      return at.get().block().number() + 1;
    }
    long found = firstBlock.orElseGet(ledger::firstBlock);
    firstBlock = Optional.of(found);
    return found;
  }

  /**
   * From where the last event that is known was already in sight: what is left out may be in a
   * block that was read before. Not so far back that the new blocks are out of reach.
   */
  private long firstAgain(List<Cursor> cursors, Optional<Cursor> at) {
    long next = first(at);
    return cursors.stream()
        .filter(older -> at.filter(newest -> newest.number() == older.number()).isPresent())
        .map(older -> older.block().number() + 1)
        .filter(first -> first > next - ConsentPages.AGAIN / 2)
        .reduce((newer, older) -> older)
        .orElse(next);
  }

  private FollowOutcome incomplete(
      Optional<Cursor> at, Block head, Optional<ConsentPages.Page> page, Instant asked) {
    incompleteLooks++;
    pages.narrow();
    // A revocation counts although something before it is left out. A grant does not: what is left
    // out may be its revocation.
    List<ConsentChange> heard = page.map(ConsentPages.Page::revocations).orElse(List.of());
    if (at.isPresent() && !heard.isEmpty() && !store.apply(at, heard, at.get())) {
      return new FollowOutcome.Overtaken();
    }
    String message = page.flatMap(ConsentPages.Page::doubt).or(this::trouble).orElse("");
    seen = Math.max(seen, page.map(read -> read.numbers().seen()).orElse(0L));
    if (mayStillCome(asked)) {
      return new FollowOutcome.Incomplete(message);
    }
    trouble = Optional.of(message);
    return stateInstead(at, head, asked);
  }

  private void complete() {
    incompleteLooks = 0;
    incompleteSince = Optional.empty();
    seen = 0;
  }

  /** A node that indexes events a moment after the block is no reason to read everything. */
  private boolean mayStillCome(Instant now) {
    Instant since = incompleteSince.orElse(now);
    incompleteSince = Optional.of(since);
    return incompleteLooks <= FollowSettings.INCOMPLETE_LOOKS
        || now.isBefore(since.plus(FollowSettings.INCOMPLETE_FOR));
  }

  /** What the registry itself says of every linked consent stands in for the events (FOL-7). */
  private FollowOutcome stateInstead(Optional<Cursor> at, Block head, Instant asked) {
    Cursor end = new Cursor(head.ref(), ledger.lastNumber(head.ref()));
    long known = Math.max(seen, at.map(Cursor::number).orElse(0L));
    if (known > end.number() && !isNewest(end.number(), head)) {
      throw new LedgerUnavailableException(
          "ledger: the registry's state is older than what is known: want number "
              + known
              + " or more, got "
              + end.number());
    }
    // If we die in between, the rows that are corrected stay so, and the rest is looked at again.
    comparison.all(end);
    if (!store.apply(at, List.of(), end)) {
      return new FollowOutcome.Overtaken();
    }
    complete();
    stateStandsIn = true;
    return caughtUp(end, head, asked, List.of());
  }

  /**
   * Whether the events end with this number too. What is known then rests on a counter that once
   * told too much (FOL-7). A state that is older than the events contradicts them.
   */
  private boolean isNewest(long number, Block head) {
    return pages.newest(head).orElse(number) == number;
  }

  private FollowOutcome caughtUp(Cursor at, Block head, Instant asked, List<ConsentChange> all) {
    Instant asOf =
        settings.pace() == FollowSettings.Pace.REGULAR && head.time().isBefore(asked)
            ? head.time()
            : asked;
    // What was final stays so on this chain, whatever a node says later.
    finalBlock = Math.min(Math.max(finalBlock, reportedFinal(head)), head.number());
    Followed now = new Followed(head.ref(), finalBlock, asOf);
    followed = Optional.of(now);
    cursor = Optional.of(at);
    return new FollowOutcome.CaughtUp(now, List.copyOf(all));
  }

  /** A block that is called final must be there, and be the one on the chain. */
  private long reportedFinal(Block head) {
    if (settings.finality() instanceof Finality.Tag) {
      return ledger
          .finalized()
          .map(Block::ref)
          .filter(block -> block.number() <= head.number())
          .filter(block -> ledger.block(block.number()).map(Block::ref).equals(Optional.of(block)))
          .map(BlockRef::number)
          .orElse(-1L);
    }
    return settings.finality().finalNumber(ledger);
  }
}
