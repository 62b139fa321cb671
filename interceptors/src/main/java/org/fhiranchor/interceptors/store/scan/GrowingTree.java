package org.fhiranchor.interceptors.store.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.Tiles;
import org.fhiranchor.merkle.TreeHash;

/** A tree built anew, leaf after leaf: its root at any moment, and its tiles once they are full. */
final class GrowingTree {
  private final BiConsumer<TileId, Tile> tiles;
  private final List<Digest> peaks = new ArrayList<>();
  private final List<List<Digest>> levels = new ArrayList<>();
  private final List<Long> numbers = new ArrayList<>();
  private long size;

  /** Gives each tile to the consumer, full ones as they come, the others at the end. */
  GrowingTree(BiConsumer<TileId, Tile> tiles) {
    this.tiles = tiles;
  }

  long size() {
    return size;
  }

  void add(Digest leafHash) {
    addToLevel(0, leafHash);
    Digest hash = leafHash;
    for (long before = size; (before & 1) == 1; before >>= 1) {
      hash = TreeHash.node(peaks.remove(peaks.size() - 1), hash);
    }
    peaks.add(hash);
    size++;
  }

  Digest root() {
    if (peaks.isEmpty()) {
      return TreeHash.EMPTY;
    }
    Digest root = peaks.get(peaks.size() - 1);
    for (int i = peaks.size() - 2; i >= 0; i--) {
      root = TreeHash.node(peaks.get(i), root);
    }
    return root;
  }

  /** The tiles at the right edge that are not full. */
  void end() {
    for (int level = 0; level < levels.size(); level++) {
      if (!levels.get(level).isEmpty()) {
        emit(level);
      }
    }
  }

  /** The number of tiles of a level, the one at the edge among them. */
  long tiles(int level) {
    return level >= levels.size() ? 0 : numbers.get(level) + (levels.get(level).isEmpty() ? 0 : 1);
  }

  private void addToLevel(int level, Digest hash) {
    if (levels.size() == level) {
      levels.add(new ArrayList<>(Tiles.WIDTH));
      numbers.add(0L);
    }
    List<Digest> hashes = levels.get(level);
    hashes.add(hash);
    if (hashes.size() == Tiles.WIDTH) {
      emit(level);
      Digest above = top(hashes);
      hashes.clear();
      numbers.set(level, numbers.get(level) + 1);
      addToLevel(level + 1, above);
    }
  }

  private void emit(int level) {
    List<Digest> hashes = levels.get(level);
    byte[] bytes = new byte[hashes.size() * Digest.LENGTH];
    for (int i = 0; i < hashes.size(); i++) {
      System.arraycopy(hashes.get(i).bytes(), 0, bytes, i * Digest.LENGTH, Digest.LENGTH);
    }
    TileId id = new TileId(level, numbers.get(level), hashes.size());
    tiles.accept(id, Tile.of(id, bytes));
  }

  private static Digest top(List<Digest> hashes) {
    List<Digest> row = new ArrayList<>(hashes);
    while (row.size() > 1) {
      List<Digest> above = new ArrayList<>(row.size() / 2);
      for (int i = 0; i < row.size(); i += 2) {
        above.add(TreeHash.node(row.get(i), row.get(i + 1)));
      }
      row = above;
    }
    return row.get(0);
  }
}
