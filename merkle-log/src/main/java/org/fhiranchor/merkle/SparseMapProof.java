package org.fhiranchor.merkle;

import java.util.List;
import java.util.Optional;

/**
 * What leads from one place of a {@link SparseMap} to its root: the neighbours that are not empty.
 * Nothing in it is trusted before it is checked.
 *
 * @param depths where they are, from the root down, each below 80
 * @param siblings their hashes, as many
 */
public record SparseMapProof(List<Integer> depths, List<Digest> siblings) {
  public SparseMapProof {
    depths = List.copyOf(depths);
    siblings = List.copyOf(siblings);
  }

  /**
   * Checks that the map of this root holds this head of the tag, or none.
   *
   * @param head empty to check that the tag's place is empty
   */
  public ProofResult check(Digest root, Digest tag, Optional<Digest> head) {
    Optional<ProofResult> shape = shape();
    if (shape.isPresent()) {
      return shape.get();
    }
    byte[] path = tag.bytes();
    Digest hash = head.map(one -> SparseMap.leafHash(tag, one)).orElse(SparseMap.EMPTY);
    int next = siblings.size() - 1;
    for (int depth = SparseMap.DEPTH - 1; depth >= 0; depth--) {
      boolean given = next >= 0 && depths.get(next) == depth;
      Digest sibling = given ? siblings.get(next) : SparseMap.EMPTY;
      next -= given ? 1 : 0;
      hash =
          SparseMap.bit(path, depth)
              ? SparseMap.nodeHash(sibling, hash)
              : SparseMap.nodeHash(hash, sibling);
    }
    return hash.equals(root)
        ? new ProofResult.Valid()
        : new ProofResult.Invalid("the root does not follow", root.hex(), hash.hex());
  }

  private Optional<ProofResult> shape() {
    if (depths.size() != siblings.size()) {
      return invalid(
          "depths and siblings", siblings.size() + " depths", Integer.toString(depths.size()));
    }
    int last = -1;
    for (int i = 0; i < depths.size(); i++) {
      int depth = depths.get(i);
      if (depth <= last || depth >= SparseMap.DEPTH) {
        return invalid("depths", "growing, below " + SparseMap.DEPTH, depth + " after " + last);
      }
      if (siblings.get(i).equals(SparseMap.EMPTY)) {
        return invalid("a sibling", "one that is not empty", "an empty one at depth " + depth);
      }
      last = depth;
    }
    return Optional.empty();
  }

  private static Optional<ProofResult> invalid(String reason, String want, String got) {
    return Optional.of(new ProofResult.Invalid(reason, want, got));
  }
}
