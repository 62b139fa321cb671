package org.fhiranchor.interceptors.log;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;

/**
 * The log's rows by chain, as the database has them. Reads only; sees what is committed. Nothing of
 * a row is checked: {@link ConfirmedLeaves} does that.
 */
public interface ChainRows {
  /**
   * A row of a leaf that has its place.
   *
   * @param chain what the row's own column says
   */
  record Placed(String chain, SequencedLeaf leaf) {}

  /**
   * A row of a leaf that waits.
   *
   * @param chain what the row's own column says
   * @param sealed whether its seal fits
   */
  record Waiting(String chain, PendingLeaf leaf, boolean sealed) {}

  /** What waits of these chains, in the order it was added. Read it before the leaves. */
  List<Waiting> waiting(Collection<String> chains);

  /** The newest leaf of each of these chains that has one. */
  List<Placed> newest(Collection<String> chains);

  /** Every leaf of these chains, by index. */
  List<Placed> all(Collection<String> chains);

  /**
   * The rows from {@code from} (inclusive) to {@code to} (exclusive), by index, but for those that
   * were erased.
   */
  List<Placed> range(LeafIndex from, LeafIndex to);

  /** A row of a leaf that was erased: all that is left of it. */
  record Erased(LeafIndex index, Digest commitment) {}

  /**
   * The erased rows of that range, by index. Read it after {@link #range}: a row that is erased
   * between the two looks is then in both, not in neither.
   */
  List<Erased> erased(LeafIndex from, LeafIndex to);

  /** Names each chain of the resources of a type that has a leaf, once. */
  void eachChain(String type, Consumer<String> chain);

  /** How many leaves there are. */
  long count();
}
