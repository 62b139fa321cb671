package org.fhiranchor.ledger.consent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Asks for events range by range, each of one chain and not half of another. A range adapts to what
 * the node answers, down to one block (FOL-8).
 */
final class ConsentPages {
  /** An answer with more events is slow to read: the next range is smaller. */
  private static final int MANY_EVENTS = 2_000;

  /** Answers in a row after which a larger range is tried: more with each that was refused. */
  private static final int LEAST_ANSWERS = 2;

  private static final int MOST_ANSWERS = 64;

  /** Most blocks that are asked for again after an incomplete answer, in small ranges. */
  static final int AGAIN = 128;

  /** Most questions that look for the newest event. */
  private static final int SEARCH = 64;

  private final ConsentLedger ledger;
  private final ConsentStateStore store;
  private final int most;
  private int size;
  private int asked;
  private int answered;
  private int growAfter = LEAST_ANSWERS;

  ConsentPages(ConsentLedger ledger, ConsentStateStore store, FollowSettings settings) {
    this.ledger = ledger;
    this.store = store;
    this.most = settings.pageBlocks();
    this.size = most;
  }

  /**
   * The events of a range of blocks.
   *
   * @param numbers which of them are new, of all grantors
   * @param concerned those of {@code numbers} that somebody here may need
   * @param end the block that ends the range
   * @param doubt why they may not be all; empty when they are
   */
  record Page(
      EventNumbers numbers, List<ConsentChange> concerned, BlockRef end, Optional<String> doubt) {
    Cursor cursor() {
      return new Cursor(end, numbers.number());
    }

    /** What to apply when nothing is left out. */
    List<ConsentChange> changes() {
      return concerned.stream().filter(change -> change.number() <= numbers.number()).toList();
    }

    /** What counts although something is left out. */
    List<ConsentChange> revocations() {
      return concerned.stream().filter(ConsentChange.Revoked.class::isInstance).toList();
    }
  }

  /** The range that begins at a block; {@code known} is the newest event's number before it. */
  Page from(long first, long known, Block head) {
    Answer answer = ask(first, head.number());
    return page(answer, known, head);
  }

  /** The same in ranges as small as they are by now, taken together. */
  Page again(long first, long known, Block head) {
    long last = Math.min(first + AGAIN - 1, head.number());
    List<ConsentChange> all = new ArrayList<>();
    for (long next = first; next <= last; ) {
      Answer answer = ask(next, last);
      all.addAll(answer.changes());
      next = answer.last() + 1;
    }
    return page(new Answer(all, last), known, head);
  }

  private Page page(Answer answer, long known, Block head) {
    BlockRef end = endOf(answer.last(), head);
    // State of older blocks is what few nodes keep: the registry is asked at the head alone.
    Newest newest = end.equals(head.ref()) ? newest(end) : Newest.UNASKED;
    EventNumbers numbers =
        EventNumbers.of(known, answer.changes(), newest.number(), ledger.isOfSeveralNodes());
    List<ConsentChange> concerned = concerned(answer.changes(), known);
    requireStill(end);
    // What another branch has counts for nothing, and keeps nobody from what this one has.
    Set<BlockRef> gone =
        blocksOf(concerned)
            .filter(block -> !block.equals(end) && !isStill(block))
            .collect(Collectors.toSet());
    Optional<String> doubt =
        gone.stream()
            .map(block -> "block " + block.number() + " is another one by now")
            .findFirst()
            .or(newest::failure)
            .or(numbers::doubt);
    return new Page(
        numbers,
        concerned.stream().filter(change -> !gone.contains(change.place().block())).toList(),
        end,
        doubt.map(why -> at(end, why)));
  }

  private static String at(BlockRef end, String why) {
    return "ledger at block " + end.number() + ": " + why;
  }

  /** What the registry calls its newest event, or why it did not. */
  private record Newest(Optional<Long> number, Optional<String> failure) {
    static final Newest UNASKED = new Newest(Optional.empty(), Optional.empty());
  }

  /**
   * Without an answer the events are in doubt, and the revocations among them count all the same.
   */
  private Newest newest(BlockRef end) {
    try {
      return new Newest(Optional.of(ledger.lastNumber(end)), Optional.empty());
    } catch (LedgerUnavailableException | LedgerRejectedException unknown) {
      return new Newest(Optional.empty(), Optional.of(String.valueOf(unknown.getMessage())));
    }
  }

  /** Events that a stranger made for nobody here are counted and otherwise left alone (FOL-1). */
  private List<ConsentChange> concerned(List<ConsentChange> changes, long known) {
    List<ConsentChange> later =
        changes.stream().filter(change -> change.number() > known).distinct().toList();
    Set<ConsentKey> ours = store.concerned(later.stream().map(ConsentChange::key).toList());
    return later.stream().filter(change -> ours.contains(change.key())).toList();
  }

  /** Revocations between two blocks, for whoever is not there yet. */
  List<ConsentChange> revocations(long first, long last, Block head) {
    List<ConsentChange> found = concerned(List.copyOf(ledger.revocations(first, last)), 0);
    blocksOf(found).filter(block -> !block.equals(head.ref())).forEach(this::requireStill);
    return found;
  }

  /** The number of the newest event; empty where the newest blocks, as far as told, have none. */
  Optional<Long> newest(Block head) {
    long last = head.number();
    int range = most;
    for (int question = 0; question < SEARCH && last >= 0; question++) {
      long first = Math.max(last - range + 1, 0);
      try {
        List<ConsentChange> changes = ledger.changes(first, last);
        if (!changes.isEmpty()) {
          return Optional.of(changes.get(changes.size() - 1).number());
        }
        last = first - 1;
      } catch (LedgerUnavailableException | LedgerRejectedException tooMuchMaybe) {
        if (first == last && last == head.number()) {
          throw tooMuchMaybe;
        } else if (first == last) {
          return Optional.empty();
        }
        range = Math.toIntExact((last - first + 1) / 2);
      }
    }
    return Optional.empty();
  }

  private static Stream<BlockRef> blocksOf(List<ConsentChange> changes) {
    return changes.stream().map(change -> change.place().block()).distinct();
  }

  private BlockRef endOf(long last, Block head) {
    return last == head.number()
        ? head.ref()
        : ledger.block(last).map(Block::ref).orElseThrow(() -> changed(last));
  }

  private record Answer(List<ConsentChange> changes, long last) {}

  /** Halves the range until the node answers; a node that is away refuses one block too. */
  private Answer ask(long first, long head) {
    while (true) {
      long last = Math.min(first + size - 1, head);
      asked = Math.toIntExact(last - first + 1);
      try {
        List<ConsentChange> changes = ledger.changes(first, last);
        grow(changes.size());
        return new Answer(changes, last);
      } catch (LedgerUnavailableException | LedgerRejectedException tooMuchMaybe) {
        if (asked <= 1) {
          throw tooMuchMaybe;
        }
        shrink();
      }
    }
  }

  private void shrink() {
    size = Math.max(asked / 2, 1);
    answered = 0;
    growAfter = Math.min(2 * growAfter, MOST_ANSWERS);
  }

  private void grow(int events) {
    answered++;
    if (events > MANY_EVENTS) {
      size = Math.max(size / 2, 1);
    } else if (answered >= growAfter) {
      size = (int) Math.min(2L * size, most);
      answered = 0;
    }
  }

  /** Asks for less the next time: an answer left something out. */
  void narrow() {
    size = Math.max(asked / 4, 1);
    answered = 0;
    growAfter = LEAST_ANSWERS;
  }

  /** Events of a chain that is gone by now would otherwise be taken for those of the new one. */
  private void requireStill(BlockRef block) {
    if (!isStill(block)) {
      throw changed(block.number());
    }
  }

  private boolean isStill(BlockRef block) {
    return ledger.block(block.number()).map(Block::ref).filter(block::equals).isPresent();
  }

  private static LedgerUnavailableException changed(long number) {
    return new LedgerUnavailableException(
        "ledger: block " + number + " changed while its events were read");
  }
}
