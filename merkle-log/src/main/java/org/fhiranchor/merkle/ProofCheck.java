package org.fhiranchor.merkle;

import java.util.List;

/**
 * Checks proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2). Index, sizes and the exact proof length
 * are checked before anything is hashed: a proof has one length, and no other is looked at.
 */
public final class ProofCheck {
  private ProofCheck() {}

  /**
   * Whether {@code leafHash} is leaf {@code index} of the tree of {@code size} and {@code root}.
   */
  public static ProofResult inclusion(
      Digest leafHash, LeafIndex index, TreeSize size, List<Digest> proof, Digest root) {
    if (index.value() >= size.value()) {
      return invalid("leaf index is not inside the tree", "below " + size, index.toString());
    }
    int inner = innerLength(index.value(), size.value());
    int length = inner + Long.bitCount(index.value() >>> inner);
    if (proof.size() != length) {
      return wrongLength(length, proof.size());
    }
    Digest inside = upInner(leafHash, proof.subList(0, inner), index.value());
    Digest computed = upBorder(inside, proof.subList(inner, length));
    return same("the proof leads to another root", root, computed);
  }

  /** Whether the tree of {@code to} leaves begins with the tree of {@code from} leaves. */
  public static ProofResult consistency(
      TreeSize from, Digest fromRoot, TreeSize to, Digest toRoot, List<Digest> proof) {
    if (from.value() > to.value()) {
      return invalid("the sizes are not in order", "at most " + to, from.toString());
    }
    if (from.value() == 0 || from.equals(to)) {
      return trivial(from.value() == 0 ? TreeHash.EMPTY : toRoot, fromRoot, to, toRoot, proof);
    }
    int shift = Long.numberOfTrailingZeros(from.value());
    int inner = innerLength(from.value() - 1, to.value()) - shift;
    boolean seedIsRoot = Long.bitCount(from.value()) == 1;
    int start = seedIsRoot ? 0 : 1;
    long path = (from.value() - 1) >>> shift;
    int length = start + inner + Long.bitCount(path >>> inner);
    if (proof.size() != length) {
      return wrongLength(length, proof.size());
    }
    Digest seed = seedIsRoot ? fromRoot : proof.get(0);
    List<Digest> inside = proof.subList(start, start + inner);
    List<Digest> border = proof.subList(start + inner, length);
    Digest old = upBorder(upInnerRight(seed, inside, path), border);
    if (!old.equals(fromRoot)) {
      return same("the proof leads to another old root", fromRoot, old);
    }
    return same(
        "the proof leads to another new root",
        toRoot,
        upBorder(upInner(seed, inside, path), border));
  }

  private static ProofResult trivial(
      Digest want, Digest fromRoot, TreeSize to, Digest toRoot, List<Digest> proof) {
    if (!proof.isEmpty()) {
      return wrongLength(0, proof.size());
    }
    if (to.value() == 0 && !toRoot.equals(TreeHash.EMPTY)) {
      return same("the empty tree has another root", TreeHash.EMPTY, toRoot);
    }
    return same("the old root is another", want, fromRoot);
  }

  /** Levels on which the path has a sibling on either side, before it follows the right edge. */
  private static int innerLength(long index, long size) {
    return Long.SIZE - Long.numberOfLeadingZeros(index ^ (size - 1));
  }

  private static Digest upInner(Digest seed, List<Digest> proof, long path) {
    Digest hash = seed;
    for (int level = 0; level < proof.size(); level++) {
      Digest sibling = proof.get(level);
      boolean siblingIsLeft = ((path >>> level) & 1) == 1;
      hash = siblingIsLeft ? TreeHash.node(sibling, hash) : TreeHash.node(hash, sibling);
    }
    return hash;
  }

  /** Only the left siblings: what the smaller tree had. */
  private static Digest upInnerRight(Digest seed, List<Digest> proof, long path) {
    Digest hash = seed;
    for (int level = 0; level < proof.size(); level++) {
      if (((path >>> level) & 1) == 1) {
        hash = TreeHash.node(proof.get(level), hash);
      }
    }
    return hash;
  }

  private static Digest upBorder(Digest seed, List<Digest> proof) {
    Digest hash = seed;
    for (Digest left : proof) {
      hash = TreeHash.node(left, hash);
    }
    return hash;
  }

  private static ProofResult same(String reason, Digest want, Digest got) {
    return want.equals(got) ? new ProofResult.Valid() : invalid(reason, want.hex(), got.hex());
  }

  private static ProofResult wrongLength(int want, int got) {
    return invalid("the proof has the wrong length", want + " hashes", got + " hashes");
  }

  private static ProofResult invalid(String reason, String want, String got) {
    return new ProofResult.Invalid(reason, want, got);
  }
}
