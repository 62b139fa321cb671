package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProofCheckTest {
  private static final int LARGEST = 64;
  private static final List<Digest> LEAVES = NaiveTree.leaves(2 * LARGEST + 2);

  @Test
  @DisplayName("TREE-2 refuses every inclusion proof with a hash flipped, missing, added or moved")
  void refusesEveryWrongInclusionProof() {
    for (int size = 1; size <= LARGEST; size++) {
      List<Digest> leaves = LEAVES.subList(0, size);
      Digest root = NaiveTree.mth(leaves);
      for (int index = 0; index < size; index++) {
        for (List<Digest> wrong : WrongLists.of(NaiveTree.path(index, leaves), root)) {
          assertThat(inclusion(index, index, size, wrong, root)).isFalse();
        }
      }
    }
  }

  @Test
  @DisplayName("TREE-2 a right inclusion proof holds for no other index, and for no other root")
  void inclusionProofIsForOneIndex() {
    for (int size = 1; size <= LARGEST; size++) {
      List<Digest> leaves = LEAVES.subList(0, size);
      Digest root = NaiveTree.mth(leaves);
      for (int index = 0; index < size; index++) {
        List<Digest> proof = NaiveTree.path(index, leaves);
        for (int claimed = 0; claimed <= size + 1; claimed++) {
          assertThat(inclusion(index, claimed, size, proof, root)).isEqualTo(claimed == index);
        }
        for (int other : new int[] {size - 1, size + 1, 2 * size}) {
          Digest otherRoot = NaiveTree.mth(LEAVES.subList(0, other));
          assertThat(inclusion(index, index, size, proof, otherRoot)).isFalse();
          assertThat(inclusion(index, index, other, proof, otherRoot)).isFalse();
        }
      }
    }
  }

  @Test
  @DisplayName(
      "TREE-2 refuses every consistency proof with a hash flipped, missing, added or moved")
  void refusesEveryWrongConsistencyProof() {
    for (int to = 1; to <= LARGEST; to++) {
      Digest toRoot = NaiveTree.mth(LEAVES.subList(0, to));
      for (int from = 1; from <= to; from++) {
        Digest fromRoot = NaiveTree.mth(LEAVES.subList(0, from));
        List<Digest> right = NaiveTree.proof(from, LEAVES.subList(0, to));
        for (List<Digest> wrong : WrongLists.of(right, toRoot)) {
          assertThat(consistency(from, fromRoot, to, toRoot, wrong)).isFalse();
        }
        Digest other = TreeHash.leaf(new byte[] {9});
        assertThat(consistency(from, other, to, toRoot, right)).isFalse();
        assertThat(consistency(from, fromRoot, to, other, right)).isFalse();
        assertThat(consistency(from, toRoot, to, fromRoot, right)).isEqualTo(from == to);
        assertThat(consistency(to, toRoot, from, fromRoot, right)).isEqualTo(from == to);
      }
    }
  }

  @Test
  @DisplayName("TREE-2 nothing but the empty root and no hashes shows that a tree extends nothing")
  void theEmptyTree() {
    Digest root = NaiveTree.mth(LEAVES.subList(0, 5));
    assertThat(consistency(0, TreeHash.EMPTY, 5, root, List.of())).isTrue();
    assertThat(consistency(0, TreeHash.EMPTY, 0, TreeHash.EMPTY, List.of())).isTrue();
    assertThat(consistency(0, root, 5, root, List.of())).isFalse();
    assertThat(consistency(0, TreeHash.EMPTY, 5, root, List.of(root))).isFalse();
    assertThat(consistency(0, TreeHash.EMPTY, 0, root, List.of())).isFalse();
    assertThat(consistency(0, root, 0, root, List.of())).isFalse();
    assertThat(inclusion(0, 0, 0, List.of(), TreeHash.EMPTY)).isFalse();
  }

  @Test
  @DisplayName("TREE-2 sizes near 2^63 are refused by length, without overflow")
  void hugeSizes() {
    Digest some = LEAVES.get(0);
    TreeSize huge = new TreeSize(Long.MAX_VALUE);
    LeafIndex last = new LeafIndex(Long.MAX_VALUE - 1);
    ProofResult inclusion = ProofCheck.inclusion(some, last, huge, List.of(), some);
    assertThat(inclusion).isInstanceOf(ProofResult.Invalid.class);
    ProofResult consistency =
        ProofCheck.consistency(new TreeSize(Long.MAX_VALUE - 1), some, huge, some, List.of());
    assertThat(consistency).isInstanceOf(ProofResult.Invalid.class);
  }

  @Test
  @DisplayName("VER-2 a refusal names what was wanted and what was got")
  void refusalNamesBothValues() {
    Digest root = NaiveTree.mth(LEAVES.subList(0, 2));
    ProofResult result =
        ProofCheck.inclusion(LEAVES.get(0), new LeafIndex(0), new TreeSize(2), List.of(), root);
    assertThat(result)
        .isEqualTo(
            new ProofResult.Invalid("the proof has the wrong length", "1 hashes", "0 hashes"));
  }

  private static boolean inclusion(
      int leaf, int claimed, int size, List<Digest> proof, Digest root) {
    return ProofCheck.inclusion(
            LEAVES.get(leaf), new LeafIndex(claimed), new TreeSize(size), proof, root)
        .isValid();
  }

  private static boolean consistency(
      int from, Digest fromRoot, int to, Digest toRoot, List<Digest> proof) {
    return ProofCheck.consistency(new TreeSize(from), fromRoot, new TreeSize(to), toRoot, proof)
        .isValid();
  }
}
