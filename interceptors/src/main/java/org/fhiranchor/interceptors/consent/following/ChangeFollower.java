package org.fhiranchor.interceptors.consent.following;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Statement;

/**
 * Hears of everything that any node records, in whatever order it is committed (FOL-2). Waiting
 * rows are heard as soon as they are committed. Leaves are heard in their order and without a gap,
 * so that nothing is missed for good. So most statements are told twice. One thread at a time.
 */
final class ChangeFollower {
  private final RecordedChanges changes;
  private Optional<LeafIndex> next = Optional.empty();
  private long[] known = {};

  ChangeFollower(RecordedChanges changes) {
    this.changes = changes;
  }

  /**
   * What is committed by now is read by the caller, after this. All that comes later is told by
   * {@link #step}. Harmless when it has begun.
   */
  void begin() {
    if (next.isPresent()) {
      return;
    }
    long[] waiting = changes.waiting();
    next = Optional.of(new LeafIndex(changes.size().value()));
    known = waiting;
  }

  /**
   * Tells what is new, at least once: all of it that was committed before the call. What {@code
   * told} fails on is told again by the next step.
   *
   * @throws CorruptLogException when the list contradicts itself
   */
  void step(Consumer<Collection<Statement>> told) {
    leaves(told);
    waiting(told);
  }

  private void leaves(Consumer<Collection<Statement>> told) {
    LeafIndex from = next.orElseThrow(() -> new IllegalStateException("not begun"));
    LeafIndex to = new LeafIndex(changes.size().value());
    if (to.value() < from.value()) {
      throw new CorruptLogException(
          "the log had %d leaves, and now has %d".formatted(from.value(), to.value()));
    }
    while (from.value() < to.value()) {
      LeafIndex end = new LeafIndex(Math.min(to.value(), from.value() + RecordedChanges.MAX_ROWS));
      List<SequencedLeaf> page = changes.leaves(from, end);
      Set<Long> erased =
          page.size() < end.value() - from.value()
              ? changes.erased(from, end, page.stream().map(SequencedLeaf::index))
              : Set.of();
      told.accept(checked(page, erased, from, end));
      from = end;
      next = Optional.of(from);
    }
  }

  /**
   * The tree says that these leaves are there: one that is missing was taken away. Of one that was
   * erased nothing can be told; what it stated is not there any more.
   */
  private static List<Statement> checked(
      List<SequencedLeaf> page, Set<Long> erased, LeafIndex from, LeafIndex end) {
    List<Statement> statements = new ArrayList<>(page.size());
    long wanted = from.value();
    for (SequencedLeaf leaf : page) {
      wanted = pass(wanted, erased);
      if (leaf.index().value() != wanted) {
        throw missing(wanted, end);
      }
      if (!Commitment.of(leaf.salt(), leaf.statement()).equals(leaf.commitment())) {
        throw new CorruptLogException("leaf " + wanted + ": commitment is not its statement's");
      }
      statements.add(leaf.statement());
      wanted++;
    }
    wanted = pass(wanted, erased);
    if (wanted != end.value()) {
      throw missing(wanted, end);
    }
    return statements;
  }

  private static long pass(long leaf, Set<Long> erased) {
    long next = leaf;
    while (erased.contains(next)) {
      next++;
    }
    return next;
  }

  private static CorruptLogException missing(long leaf, LeafIndex of) {
    return new CorruptLogException("leaf " + leaf + " of " + of.value() + " is missing");
  }

  private void waiting(Consumer<Collection<Statement>> told) {
    long[] now = changes.waiting();
    List<Long> fresh = new ArrayList<>();
    for (long number : now) {
      if (Arrays.binarySearch(known, number) < 0) {
        fresh.add(number);
      }
    }
    for (int i = 0; i < fresh.size(); i += RecordedChanges.MAX_ROWS) {
      int end = Math.min(fresh.size(), i + RecordedChanges.MAX_ROWS);
      told.accept(changes.waiting(fresh.subList(i, end)));
    }
    known = now;
  }
}
