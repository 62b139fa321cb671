package org.fhiranchor.ledger.consent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
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
  private Heard heard = new Heard(Optional.empty(), List.of(), List.of());

  /** The head up to which there was little to read. */
  private Optional<BlockRef> few = Optional.empty();

  RecentRevocations(ConsentLedger ledger, ConsentStateStore store, ConsentPages pages) {
    this.ledger = ledger;
    this.store = store;
    this.pages = pages;
  }

  private record Range(long first, long last) {
    Range newest(int most) {
      return new Range(Math.max(first, last - most + 1), last);
    }

    Stream<Range> above(long block) {
      return last > block ? Stream.of(new Range(Math.max(first, block + 1), last)) : Stream.empty();
    }

    Stream<Range> below(long block) {
      return first < block ? Stream.of(new Range(first, Math.min(last, block - 1))) : Stream.of();
    }
  }

  /**
   * What is behind us.
   *
   * @param upTo the head that was asked about
   * @param unread blocks up to there that no answer came for, the next to ask for first
   * @param told revocations not to be told again, should their blocks be read again
   */
  private record Heard(Optional<BlockRef> upTo, List<Range> unread, List<ConsentChange> told) {
    boolean isAllOf(Block head) {
      return unread.isEmpty() && upTo.filter(head.ref()::equals).isPresent();
    }
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
    Heard now = isToBeHeard(at.get(), head) ? newest(at.get(), head) : heard;
    List<ConsentChange> newest =
        now.told().stream().filter(change -> !heard.told().contains(change)).toList();
    List<ConsentChange> found = Stream.concat(past.stream(), newest.stream()).toList();
    // If we die before this is stored, or it cannot be stored, the same blocks are asked for again.
    if (!found.isEmpty() && !store.apply(at, found, at.get())) {
      return Optional.empty();
    }
    heard = now;
    return Optional.of(newest);
  }

  private boolean isToBeHeard(Cursor at, Block head) {
    if (heard.isAllOf(head) || few.filter(head.ref()::equals).isPresent()) {
      return false;
    }
    boolean isMuch =
        head.number() - at.block().number() > blocks
            || (head.number() > at.block().number() && events(head) - at.number() > MANY_EVENTS);
    few = isMuch ? few : Optional.of(head.ref());
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

  private Heard newest(Cursor at, Block head) {
    // What the cursor has passed was read there.
    long above = Math.max(head.number() - BLOCKS, at.block().number());
    Deque<Range> unread = new ArrayDeque<>(unread(above, head));
    List<ConsentChange> told = new ArrayList<>(heard.told());
    told.removeIf(change -> change.place().block().number() <= above);
    boolean answered = true;
    while (answered && !unread.isEmpty()) {
      Range range = unread.removeFirst();
      Range part = range.newest(blocks);
      range.below(part.first()).forEach(unread::addFirst);
      Optional<List<ConsentChange>> found = ask(part, head);
      found.orElse(List.of()).stream().filter(one -> !told.contains(one)).forEach(told::add);
      answered = found.isPresent();
      if (!answered) {
        unread.addLast(part);
      }
    }
    blocks = answered ? Math.min(blocks * 2, BLOCKS) : Math.max(blocks / 2, 1);
    return new Heard(Optional.of(head.ref()), List.copyOf(unread), List.copyOf(told));
  }

  /** Blocks above one that are to be asked for: all of them where the chain is another by now. */
  private List<Range> unread(long above, Block head) {
    Optional<BlockRef> known = heard.upTo().filter(upTo -> isStill(upTo, head));
    Range later = new Range(known.map(BlockRef::number).orElse(above) + 1, head.number());
    List<Range> earlier = known.isPresent() ? heard.unread() : List.of();
    return Stream.concat(Stream.of(later), earlier.stream())
        .flatMap(range -> range.above(above))
        .filter(range -> range.first() <= range.last())
        .toList();
  }

  private boolean isStill(BlockRef known, Block head) {
    return known.equals(head.ref())
        || ledger.block(known.number()).map(Block::ref).filter(known::equals).isPresent();
  }

  /** Empty without an answer: the page that is read next says what is wrong. */
  private Optional<List<ConsentChange>> ask(Range range, Block head) {
    try {
      return Optional.of(pages.revocations(range.first(), range.last(), head));
    } catch (LedgerUnavailableException | LedgerRejectedException tooMuchMaybe) {
      return Optional.empty();
    }
  }
}
