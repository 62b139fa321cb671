package org.fhiranchor.interceptors.consent.following;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
      List<SequencedLeaf> page = changes.leaves(from, to);
      told.accept(checked(page, from, to));
      from = new LeafIndex(from.value() + page.size());
      next = Optional.of(from);
    }
  }

  /** The tree says that these leaves are there: one that is missing was taken away. */
  private static List<Statement> checked(List<SequencedLeaf> page, LeafIndex from, LeafIndex to) {
    List<Statement> statements = new ArrayList<>(page.size());
    for (SequencedLeaf leaf : page) {
      long wanted = from.value() + statements.size();
      if (leaf.index().value() != wanted) {
        throw new CorruptLogException("leaf " + wanted + " of " + to.value() + " is missing");
      }
      if (!Commitment.of(leaf.salt(), leaf.statement()).equals(leaf.commitment())) {
        throw new CorruptLogException("leaf " + wanted + ": commitment is not its statement's");
      }
      statements.add(leaf.statement());
    }
    if (statements.isEmpty()) {
      throw new CorruptLogException("leaf " + from.value() + " of " + to.value() + " is missing");
    }
    return statements;
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
