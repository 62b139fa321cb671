package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TreeAppenderTest {
  private final Map<String, byte[]> stored = new HashMap<>();
  private final List<TileId> read = new ArrayList<>();

  @Test
  @DisplayName("TILE-1 batches of any length give the naive tree's roots, and no tile gets shorter")
  void anyBatches() {
    long seed = Long.getLong("anchor.seed", System.nanoTime());
    System.out.println("anchor.seed=" + seed);
    Random random = new Random(seed);
    for (int run = 0; run < 20; run++) {
      stored.clear();
      List<Digest> leaves = new ArrayList<>();
      while (leaves.size() < 1500) {
        List<Digest> batch = NaiveTree.leaves(random.nextInt(run % 2 == 0 ? 30 : 700));
        TreeAppender.Appended appended = append(leaves.size(), batch);
        leaves.addAll(batch);
        assertThat(appended.size().value()).isEqualTo(leaves.size());
        assertThat(appended.root()).isEqualTo(NaiveTree.mth(leaves));
      }
    }
  }

  @Test
  @DisplayName("TILE-1 proofs from tiles are the naive tree's, for old sizes too")
  void proofsFromTiles() {
    List<Digest> leaves = NaiveTree.leaves(1100);
    append(0, leaves);
    for (int size : new int[] {1, 255, 256, 257, 511, 512, 700, 1024, 1100}) {
      TileNodes nodes = new TileNodes(new TreeSize(size), this::tile);
      List<Digest> part = leaves.subList(0, size);
      assertThat(TreeProofs.root(new TreeSize(size), nodes)).isEqualTo(NaiveTree.mth(part));
      for (int index = 0; index < size; index += 37) {
        assertThat(TreeProofs.inclusion(new LeafIndex(index), new TreeSize(size), nodes))
            .isEqualTo(NaiveTree.path(index, part));
      }
      for (int from = 1; from <= size; from += 41) {
        assertThat(TreeProofs.consistency(new TreeSize(from), new TreeSize(size), nodes))
            .isEqualTo(NaiveTree.proof(from, part));
      }
    }
  }

  @Test
  @DisplayName("TILE-1 an inclusion proof reads few tiles")
  void readsFewTiles() {
    append(0, NaiveTree.leaves(70_000));
    TreeSize size = new TreeSize(70_000);
    read.clear();
    TreeProofs.inclusion(new LeafIndex(12_345), size, new TileNodes(size, this::tile));
    assertThat(read).hasSizeLessThanOrEqualTo(6);
  }

  @Test
  @DisplayName("TILE-1 appending reads the right edge only and gives each changed tile once")
  void changesTheEdgeOnly() {
    append(0, NaiveTree.leaves(70_000));
    read.clear();
    List<Digest> batch = NaiveTree.leaves(256);
    TreeAppender.Appended appended = TreeAppender.append(new TreeSize(70_000), this::tile, batch);
    assertThat(appended.tiles())
        .extracting(tile -> tile.id().path())
        .containsExactlyInAnyOrder("tile/0/273", "tile/0/274.p/112", "tile/1/001.p/18");
    assertThat(read).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  @DisplayName("TILE-1 an empty batch changes nothing")
  void emptyBatch() {
    assertThat(append(0, List.of()).root()).isEqualTo(TreeHash.EMPTY);
    TreeAppender.Appended before = append(0, NaiveTree.leaves(300));
    TreeAppender.Appended after = append(300, List.of());
    assertThat(after.tiles()).isEmpty();
    assertThat(after.root()).isEqualTo(before.root());
  }

  private TreeAppender.Appended append(int size, List<Digest> batch) {
    TreeAppender.Appended appended = TreeAppender.append(new TreeSize(size), this::tile, batch);
    for (Tile tile : appended.tiles()) {
      byte[] before = stored.put(tile.id().level() + "/" + tile.id().index(), tile.bytes());
      if (before != null) {
        assertThat(tile.bytes()).startsWith(before).hasSizeGreaterThan(before.length);
      }
    }
    return appended;
  }

  private Tile tile(TileId id) {
    read.add(id);
    byte[] bytes = stored.get(id.level() + "/" + id.index());
    if (bytes == null) {
      throw new IllegalStateException("no tile " + id.path());
    }
    return Tile.of(id, Arrays.copyOf(bytes, id.width() * Digest.LENGTH));
  }
}
