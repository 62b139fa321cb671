package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Ranges of leaves that make the root together with the hashes beside them. */
final class RangeProofTest {
  private static final int LARGEST = 40;

  private static Digest leaf(int index) {
    return TreeHash.leaf(new byte[] {(byte) index});
  }

  private static NodeSource nodes() {
    return new NodeSource() {
      @Override
      public Digest node(int level, long index) {
        return level == 0
            ? leaf((int) index)
            : TreeHash.node(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
      }
    };
  }

  private static Digest root(int from, int to, int size, List<Digest> edges, List<Digest> leaves) {
    Iterator<Digest> next = leaves.iterator();
    return RangeProof.root(
        new LeafIndex(from), new LeafIndex(to), new TreeSize(size), edges, next::next);
  }

  @Test
  @DisplayName(
      "EXP-2 every range of every tree up to 40 leaves makes its root, one changed leaf none")
  void everyRange() {
    for (int size = 1; size <= LARGEST; size++) {
      Digest want = TreeProofs.root(new TreeSize(size), nodes());
      for (int from = 0; from < size; from++) {
        for (int to = from + 1; to <= size; to++) {
          List<Digest> edges =
              RangeProof.edges(new LeafIndex(from), new LeafIndex(to), new TreeSize(size), nodes());
          List<Digest> leaves = new ArrayList<>();
          for (int i = from; i < to; i++) {
            leaves.add(leaf(i));
          }
          assertThat(root(from, to, size, edges, leaves)).isEqualTo(want);
          leaves.set((to - from) / 2, leaf(99));
          assertThat(root(from, to, size, edges, leaves)).isNotEqualTo(want);
        }
      }
    }
  }

  @Test
  @DisplayName("EXP-2 a range has one number of edges, and no other is looked at")
  void edges() {
    List<Digest> edges =
        RangeProof.edges(new LeafIndex(3), new LeafIndex(9), new TreeSize(21), nodes());
    assertThat(edges).hasSizeLessThanOrEqualTo(RangeProof.MAX_EDGES).isNotEmpty();
    List<Digest> more = new ArrayList<>(edges);
    more.add(leaf(0));
    for (List<Digest> wrong : List.of(edges.subList(1, edges.size()), more)) {
      assertThatThrownBy(() -> root(3, 9, 21, wrong, List.of()))
          .isInstanceOf(ProofFormatException.class);
    }
    assertThatThrownBy(() -> root(9, 9, 21, List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> root(3, 22, 21, List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
