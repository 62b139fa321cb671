package org.fhiranchor.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TreeAppender;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeProofs;
import org.fhiranchor.merkle.TreeSize;

/** A tree in memory, its tiles by level and index. */
final class MemoryTree {
  private static final int BATCH = 4096;

  private record Place(int level, long index) {}

  private final Map<Place, Tile> tiles = new HashMap<>();
  private TreeSize size = new TreeSize(0);
  private Digest root = TreeHash.EMPTY;

  /** A tree of {@code size} leaves, {@code leaf} at {@code index} and made up ones elsewhere. */
  static MemoryTree with(Digest leaf, long index, long size) {
    MemoryTree tree = new MemoryTree();
    for (long from = 0; from < size; from += BATCH) {
      List<Digest> batch = new ArrayList<>(BATCH);
      for (long i = from; i < Math.min(size, from + BATCH); i++) {
        batch.add(i == index ? leaf : madeUp(i));
      }
      tree.append(batch);
    }
    return tree;
  }

  private static Digest madeUp(long index) {
    byte[] text = Long.toString(index).getBytes(StandardCharsets.US_ASCII);
    return TreeHash.leaf(Commitment.entry(Digest.sha256(text)));
  }

  private void append(List<Digest> leaves) {
    TreeAppender.Appended grown = TreeAppender.append(size, this::tile, leaves);
    for (Tile tile : grown.tiles()) {
      tiles.put(new Place(tile.id().level(), tile.id().index()), tile);
    }
    size = grown.size();
    root = grown.root();
  }

  private Tile tile(TileId id) {
    Tile longest = Objects.requireNonNull(tiles.get(new Place(id.level(), id.index())), id::path);
    return Tile.of(id, Arrays.copyOf(longest.bytes(), id.width() * Digest.LENGTH));
  }

  List<Digest> inclusion(LeafIndex index) {
    return TreeProofs.inclusion(index, size, new TileNodes(size, this::tile));
  }

  TreeSize size() {
    return size;
  }

  Digest root() {
    return root;
  }
}
