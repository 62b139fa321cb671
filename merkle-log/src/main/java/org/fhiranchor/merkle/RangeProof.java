package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Proves a whole range of leaves at once: every leaf hash of the range, in order, and the hashes at
 * its two edges make the root. No leaf has a proof of its own, and none can be missing, added or
 * swapped. There are at most two edge hashes for each level of the tree.
 */
public final class RangeProof {
  /** Most edge hashes of any range. */
  public static final int MAX_EDGES = 2 * ProofFile.MAX_HASHES;

  private final long from;
  private final long to;

  private RangeProof(long from, long to) {
    this.from = from;
    this.to = to;
  }

  /**
   * The hashes beside the leaves {@code from} (inclusive) to {@code to} (exclusive), from the left
   * to the right.
   *
   * @throws IllegalArgumentException when the range is empty, or not inside the tree
   */
  public static List<Digest> edges(LeafIndex from, LeafIndex to, TreeSize size, NodeSource nodes) {
    check(from.value(), to.value(), size.value());
    List<Digest> edges = new ArrayList<>();
    new RangeProof(from.value(), to.value()).collect(0, size.value(), nodes, edges);
    return List.copyOf(edges);
  }

  /**
   * The root that these leaves and edges make.
   *
   * @param edges as {@link #edges} gives them
   * @param leafHashes gives each hash of the range, in order; asked exactly so many times
   * @throws ProofFormatException when there are more or fewer edges than the numbers call for
   * @throws IllegalArgumentException when the range is empty, or not inside the tree
   */
  public static Digest root(
      LeafIndex from,
      LeafIndex to,
      TreeSize size,
      List<Digest> edges,
      Supplier<Digest> leafHashes) {
    check(from.value(), to.value(), size.value());
    int want = new RangeProof(from.value(), to.value()).count(0, size.value());
    if (edges.size() != want) {
      throw new ProofFormatException("edges: want %d hashes, got %d".formatted(want, edges.size()));
    }
    return new RangeProof(from.value(), to.value())
        .fold(0, size.value(), edges.iterator(), leafHashes);
  }

  private static void check(long from, long to, long size) {
    if (from >= to || to > size) {
      throw new IllegalArgumentException(
          "range: want leaves inside a tree of %d, got %d to %d".formatted(size, from, to));
    }
  }

  private boolean isBeside(long lo, long hi) {
    return hi <= from || lo >= to;
  }

  private void collect(long lo, long hi, NodeSource nodes, List<Digest> edges) {
    if (isBeside(lo, hi)) {
      edges.add(TreeProofs.range(lo, hi, nodes));
    } else if (hi - lo > 1 && !(lo >= from && hi <= to)) {
      long middle = lo + TreeProofs.split(hi - lo);
      collect(lo, middle, nodes, edges);
      collect(middle, hi, nodes, edges);
    }
  }

  private int count(long lo, long hi) {
    if (isBeside(lo, hi)) {
      return 1;
    }
    if (lo >= from && hi <= to) {
      return 0;
    }
    long middle = lo + TreeProofs.split(hi - lo);
    return count(lo, middle) + count(middle, hi);
  }

  private Digest fold(long lo, long hi, Iterator<Digest> edges, Supplier<Digest> leafHashes) {
    if (isBeside(lo, hi)) {
      return edges.next();
    }
    if (hi - lo == 1) {
      return leafHashes.get();
    }
    long middle = lo + TreeProofs.split(hi - lo);
    Digest left = fold(lo, middle, edges, leafHashes);
    return TreeHash.node(left, fold(middle, hi, edges, leafHashes));
  }
}
