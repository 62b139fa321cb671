package org.fhiranchor.interceptors.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ProofCheck;
import org.fhiranchor.merkle.ProofFormatException;
import org.fhiranchor.merkle.ProofResult;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.Tiles;
import org.fhiranchor.merkle.TreeProofs;

/**
 * Says whether a leaf stands under a head that the log's key signed. A tile of 256 leaves is proven
 * once, as a whole, and kept: asking for a million leaves costs a few thousand proofs. All methods
 * may be called from any thread.
 */
final class TreeLeaves {
  /** Proven tiles that are kept, 8 kB each. */
  private static final int KEPT = 512;

  private final LogStore store;
  private final Map<TileId, Tile> proven = new LinkedHashMap<>(16, 0.75f, true);

  TreeLeaves(LogStore store) {
    this.store = store;
  }

  /** The newest head; ask for it after the leaves were read. */
  Optional<Checkpoint> head() {
    return store.latestCheckpoint().map(SignedCheckpoint::checkpoint);
  }

  /** Whether the tree of this head has this hash at this place. */
  boolean hold(Checkpoint head, LeafIndex index, Digest leafHash) {
    if (index.value() >= head.size().value()) {
      return false;
    }
    TileId id = TileId.in(head.size(), 0, index.value() / Tiles.WIDTH);
    return tile(head, id)
        .map(tile -> tile.hash((int) (index.value() % Tiles.WIDTH)))
        .filter(leafHash::equals)
        .isPresent();
  }

  private Optional<Tile> tile(Checkpoint head, TileId id) {
    synchronized (proven) {
      Tile known = proven.get(id);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<Tile> read = prove(head, id);
    read.ifPresent(this::keep);
    return read;
  }

  private void keep(Tile tile) {
    synchronized (proven) {
      proven.put(tile.id(), tile);
      if (proven.size() > KEPT) {
        proven.remove(proven.keySet().iterator().next());
      }
    }
  }

  /**
   * The path of the tile's first leaf goes over all the others: with it the whole tile is proven.
   */
  private Optional<Tile> prove(Checkpoint head, TileId id) {
    TileSource tiles = store.tiles();
    try {
      Tile tile = tiles.tile(id);
      LeafIndex first = new LeafIndex(id.index() * Tiles.WIDTH);
      List<Digest> path =
          TreeProofs.inclusion(
              first,
              head.size(),
              new TileNodes(head.size(), other -> other.equals(id) ? tile : tiles.tile(other)));
      return ProofCheck.inclusion(tile.hash(0), first, head.size(), path, head.root())
              instanceof ProofResult.Valid
          ? Optional.of(tile)
          : Optional.empty();
    } catch (CorruptLogException | ProofFormatException torn) {
      // Nothing of it is proven; the store has told health what is missing.
      return Optional.empty();
    }
  }
}
