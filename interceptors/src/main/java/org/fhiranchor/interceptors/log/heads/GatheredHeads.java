package org.fhiranchor.interceptors.log.heads;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.SparseMap;
import org.fhiranchor.merkle.Statement;

/**
 * What changed in the map since the newest heads leaf: every leaf since is read and held against
 * the signed tree, so that one that was edited or taken away in the database changes no head
 * unseen. For one thread.
 */
final class GatheredHeads {
  private final ChainRows rows;
  private final ConfirmedLeaves leaves;
  private final HeadSalts salts;
  private final Optional<ChainRows.Placed> last;
  private final Map<Digest, Digest> heads = new HashMap<>();
  private long to;
  private long end;

  /**
   * Nothing yet, after the newest heads leaf.
   *
   * @throws CorruptLogException when that leaf is not what the tree holds
   */
  GatheredHeads(ChainRows rows, ConfirmedLeaves leaves, HeadSalts salts) {
    this.rows = rows;
    this.leaves = leaves;
    this.salts = salts;
    this.last = newest(rows);
    last.ifPresent(row -> leaves.require(row, leaves.head()));
    this.to = heads().map(Statement.Heads::covers).orElse(0L);
    this.end = lastIndex() == to ? to + 1 : -1;
  }

  static Optional<ChainRows.Placed> newest(ChainRows rows) {
    return rows.newest(List.of(Statement.Heads.CHAIN)).stream().findFirst();
  }

  private Optional<Statement.Heads> heads() {
    return last.map(row -> row.leaf().statement())
        .map(
            statement -> {
              if (statement instanceof Statement.Heads heads) {
                return heads;
              }
              throw new CorruptLogException("the chain of heads: holds another leaf");
            });
  }

  /** Where the newest heads leaf stands; -1 without one. */
  long lastIndex() {
    return last.map(row -> row.leaf().index().value()).orElse(-1L);
  }

  Optional<Digest> lastCommitment() {
    return last.map(row -> row.leaf().commitment());
  }

  /** The root of the map before. */
  Digest root() {
    return heads().map(Statement.Heads::map).orElse(SparseMap.EMPTY);
  }

  /** How many leaves are covered so far. */
  long covers() {
    return to;
  }

  /**
   * Whether a log of this size ends with a heads leaf that covers all before it, as far as we know.
   */
  boolean endsAt(long size) {
    return size == end;
  }

  /** A heads leaf with all of this was added at this index. */
  void added(long index) {
    end = to == index ? index + 1 : -1;
  }

  /** The new head of each subject that has one. */
  Map<Digest, Digest> changed() {
    return heads;
  }

  /** Goes on up to this size of the log. */
  void upTo(long size) {
    Optional<Checkpoint> head = leaves.head();
    while (to < size) {
      long end = Math.min(size, to + PatientHeads.PAGE);
      List<ChainRows.Placed> page = rows.range(new LeafIndex(to), new LeafIndex(end));
      // An erased leaf was of a version or an event: no head of a subject changes with it.
      Set<Long> erased =
          page.size() < end - to
              ? leaves.erased(
                  new LeafIndex(to),
                  new LeafIndex(end),
                  page.stream().map(row -> row.leaf().index()),
                  head)
              : Set.of();
      for (ChainRows.Placed row : page) {
        pass(erased);
        add(row, head);
      }
      pass(erased);
      if (to != end) {
        throw new CorruptLogException("leaf %d: is missing".formatted(to));
      }
    }
  }

  private void pass(Set<Long> erased) {
    while (erased.contains(to)) {
      to++;
    }
  }

  private void add(ChainRows.Placed row, Optional<Checkpoint> head) {
    if (row.leaf().index().value() != to) {
      throw new CorruptLogException("leaf %d: is missing".formatted(to));
    }
    leaves.require(row, head);
    if (row.leaf().statement() instanceof Statement.Disclosure disclosure) {
      Digest commitment = row.leaf().commitment();
      heads.put(
          disclosure.subject(),
          SparseMap.head(
              salts.of(disclosure.subject(), disclosure.sequence(), commitment),
              disclosure.sequence(),
              commitment));
    }
    to++;
  }
}
