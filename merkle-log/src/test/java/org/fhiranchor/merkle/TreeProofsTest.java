package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TreeProofsTest {
  private static final int LARGEST = 64;
  private static final List<Digest> LEAVES = NaiveTree.leaves(LARGEST);
  private static final NodeSource NODES = NaiveTree.nodes(LEAVES);

  @Test
  @DisplayName("TREE-3 every root up to 64 is the naive tree's")
  void everyRoot() {
    for (int size = 0; size <= LARGEST; size++) {
      assertThat(TreeProofs.root(new TreeSize(size), NODES))
          .isEqualTo(NaiveTree.mth(LEAVES.subList(0, size)));
    }
  }

  @Test
  @DisplayName("TREE-3 every inclusion proof up to 64 is the naive tree's, and holds")
  void everyInclusionProof() {
    for (int size = 1; size <= LARGEST; size++) {
      List<Digest> leaves = LEAVES.subList(0, size);
      for (int index = 0; index < size; index++) {
        List<Digest> proof = TreeProofs.inclusion(new LeafIndex(index), new TreeSize(size), NODES);
        assertThat(proof).isEqualTo(NaiveTree.path(index, leaves));
        assertThat(
                ProofCheck.inclusion(
                    LEAVES.get(index),
                    new LeafIndex(index),
                    new TreeSize(size),
                    proof,
                    NaiveTree.mth(leaves)))
            .isEqualTo(new ProofResult.Valid());
      }
    }
  }

  @Test
  @DisplayName("TREE-3 every consistency proof up to 64 is the naive tree's, and holds")
  void everyConsistencyProof() {
    for (int to = 1; to <= LARGEST; to++) {
      List<Digest> leaves = LEAVES.subList(0, to);
      for (int from = 0; from <= to; from++) {
        List<Digest> proof = TreeProofs.consistency(new TreeSize(from), new TreeSize(to), NODES);
        assertThat(proof).isEqualTo(from == 0 ? List.of() : NaiveTree.proof(from, leaves));
        assertThat(
                ProofCheck.consistency(
                    new TreeSize(from),
                    NaiveTree.mth(LEAVES.subList(0, from)),
                    new TreeSize(to),
                    NaiveTree.mth(leaves),
                    proof))
            .isEqualTo(new ProofResult.Valid());
      }
    }
  }

  @Test
  @DisplayName("TREE-2 no proof is made for a leaf outside the tree or for sizes out of order")
  void refusesWhatIsOutside() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TreeProofs.inclusion(new LeafIndex(7), new TreeSize(7), NODES))
        .withMessageContaining("want an index below the size 7, got 7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TreeProofs.consistency(new TreeSize(8), new TreeSize(7), NODES))
        .withMessageContaining("got 8 and then 7");
  }
}
