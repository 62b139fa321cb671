package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.List;

/** Makes roots and proofs (RFC 6962 section 2.1, RFC 9162 sections 2.1.1, 2.1.3.1, 2.1.4.1). */
public final class TreeProofs {
  private TreeProofs() {}

  /** The root of the first {@code size} leaves. */
  public static Digest root(TreeSize size, NodeSource nodes) {
    return size.value() == 0 ? TreeHash.EMPTY : range(0, size.value(), nodes);
  }

  /**
   * The audit path of one leaf, from the leaf's sibling up.
   *
   * @throws IllegalArgumentException when the leaf is not inside the tree
   */
  public static List<Digest> inclusion(LeafIndex index, TreeSize size, NodeSource nodes) {
    if (index.value() >= size.value()) {
      throw new IllegalArgumentException(
          "inclusion proof: want an index below the size " + size + ", got " + index);
    }
    List<Digest> proof = new ArrayList<>();
    path(index.value(), 0, size.value(), nodes, proof);
    return List.copyOf(proof);
  }

  /**
   * The proof that the tree of {@code to} leaves extends the one of {@code from} leaves. Empty when
   * {@code from} is 0 or equal to {@code to}.
   *
   * @throws IllegalArgumentException when {@code from} is larger than {@code to}
   */
  public static List<Digest> consistency(TreeSize from, TreeSize to, NodeSource nodes) {
    if (from.value() > to.value()) {
      throw new IllegalArgumentException(
          "consistency proof: want sizes in order, got " + from + " and then " + to);
    }
    List<Digest> proof = new ArrayList<>();
    if (from.value() > 0) {
      subproof(from.value(), 0, to.value(), true, nodes, proof);
    }
    return List.copyOf(proof);
  }

  private static void path(long leaf, long lo, long hi, NodeSource nodes, List<Digest> proof) {
    if (hi - lo == 1) {
      return;
    }
    long middle = lo + split(hi - lo);
    if (leaf < middle) {
      path(leaf, lo, middle, nodes, proof);
      proof.add(range(middle, hi, nodes));
    } else {
      path(leaf, middle, hi, nodes, proof);
      proof.add(range(lo, middle, nodes));
    }
  }

  private static void subproof(
      long from, long lo, long hi, boolean whole, NodeSource nodes, List<Digest> proof) {
    if (from == hi) {
      if (!whole) {
        proof.add(range(lo, hi, nodes));
      }
      return;
    }
    long middle = lo + split(hi - lo);
    if (from <= middle) {
      subproof(from, lo, middle, whole, nodes, proof);
      proof.add(range(middle, hi, nodes));
    } else {
      subproof(from, middle, hi, false, nodes, proof);
      proof.add(range(lo, middle, nodes));
    }
  }

  /** The hash over leaves lo (inclusive) to hi (exclusive); lo is where a split put it. */
  static Digest range(long lo, long hi, NodeSource nodes) {
    long width = hi - lo;
    if (Long.bitCount(width) == 1) {
      int level = Long.numberOfTrailingZeros(width);
      return nodes.node(level, lo >>> level);
    }
    long middle = lo + split(width);
    return TreeHash.node(range(lo, middle, nodes), range(middle, hi, nodes));
  }

  /** The largest power of two below n, for n of 2 or more. */
  static long split(long n) {
    return Long.highestOneBit(n - 1);
  }
}
