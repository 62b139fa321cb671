package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeSize;

/**
 * What all nodes have recorded, as two lists: the leaves of the log, and the rows that wait to
 * become leaves. What is committed stands in one of them, and is moved from the second to the first
 * in one transaction.
 *
 * <p>Order: leaves become visible in the order of their indices, without a gap, whatever the order
 * in which the transactions behind them were committed. Waiting rows have no order to rely on: one
 * with a smaller number may become visible later. Any thread may ask; reads see what is committed.
 *
 * <p>All methods throw {@link org.fhiranchor.interceptors.log.CorruptLogException} for what we did
 * not write like this ourselves.
 */
public interface RecordedChanges {
  /** Most rows in one answer. */
  int MAX_ROWS = 1_000;

  /** Most waiting rows that are followed; with more, no node knows what it should. */
  int MAX_WAITING = 1_000_000;

  /** How many leaves there are. */
  TreeSize size();

  /**
   * The leaves {@code from} (inclusive) to {@code to} (exclusive), but for those that were erased.
   *
   * @param to at most {@link #MAX_ROWS} further on
   */
  List<SequencedLeaf> leaves(LeafIndex from, LeafIndex to);

  /**
   * Which of them were erased, as the log says itself (ERA-1). Ask after {@link #leaves}.
   *
   * @param read those that {@link #leaves} had; one may have been erased since
   */
  Set<Long> erased(LeafIndex from, LeafIndex to, Stream<LeafIndex> read);

  /**
   * The numbers of all rows that wait, ascending.
   *
   * @throws IllegalStateException when there are more than {@link #MAX_WAITING}
   */
  long[] waiting();

  /**
   * What these rows state, at most {@link #MAX_ROWS} of them; those that are leaves by now are left
   * out. One without a valid seal is none of ours (FOL-3): the list is corrupt.
   */
  List<Statement> waiting(Collection<Long> numbers);
}
