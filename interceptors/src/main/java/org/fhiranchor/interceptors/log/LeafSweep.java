package org.fhiranchor.interceptors.log;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.LeafIndex;

/**
 * Holds every leaf's row against the tree, some at a time and round and round: a row that nobody
 * asks for is looked at as well (FOL-3). What does not fit is named until a whole round finds
 * nothing. One thread looks; any may ask.
 */
public final class LeafSweep {
  /** Leaves in one look. */
  static final int PAGE = 4_096;

  private final ChainRows rows;
  private final ConfirmedLeaves leaves;
  private final EditedRows edited;
  private long next;
  private boolean clean = true;
  private volatile boolean broken;

  /** Begins with the first leaf. */
  public LeafSweep(ChainRows rows, ConfirmedLeaves leaves, EditedRows edited) {
    this.rows = rows;
    this.leaves = leaves;
    this.edited = edited;
  }

  /** Whether some leaf's row is not what was written: the newest of a chain may be another one. */
  public boolean isBroken() {
    return broken;
  }

  /** The next leaves; after the last ones the first come again. */
  public void next() {
    Optional<Checkpoint> head = leaves.head();
    long size = head.map(signed -> signed.size().value()).orElse(0L);
    if (next >= size) {
      endRound();
      return;
    }
    long to = Math.min(size, next + PAGE);
    Optional<String> wrong = wrong(to, head);
    if (wrong.isPresent()) {
      clean = false;
      broken = true;
      edited.looked("anchor_leaf", wrong);
    }
    next = to;
  }

  private void endRound() {
    if (clean) {
      broken = false;
      edited.looked("anchor_leaf", Optional.empty());
    }
    next = 0;
    clean = true;
  }

  private Optional<String> wrong(long to, Optional<Checkpoint> head) {
    try {
      return wrong(rows.range(new LeafIndex(next), new LeafIndex(to)), to, head);
    } catch (CorruptLogException unreadable) {
      return Optional.of(String.valueOf(unreadable.getMessage()));
    }
  }

  private Optional<String> wrong(List<ChainRows.Placed> found, long to, Optional<Checkpoint> head) {
    Set<Long> erased =
        found.size() < to - next
            ? leaves.erased(
                new LeafIndex(next),
                new LeafIndex(to),
                found.stream().map(row -> row.leaf().index()),
                head)
            : Set.of();
    long want = after(next - 1, erased);
    for (ChainRows.Placed row : found) {
      if (row.leaf().index().value() != want) {
        break;
      }
      Optional<String> wrong = leaves.wrongIn(row, head);
      if (wrong.isPresent()) {
        return wrong;
      }
      want = after(want, erased);
    }
    return want == to ? Optional.empty() : Optional.of("leaf " + want + ": is missing");
  }

  private static long after(long leaf, Set<Long> erased) {
    long next = leaf + 1;
    while (erased.contains(next)) {
      next++;
    }
    return next;
  }
}
