package org.fhiranchor.merkle;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The nodes of a tree of a given size, from its tiles. A proof reads at most two tiles a level.
 * Keeps the last tiles it read; for one thread, and for one proof or a few.
 */
public final class TileNodes implements NodeSource {
  private static final int KEPT = 64;

  private final TreeSize size;
  private final TileSource source;
  private final Map<TileId, Tile> kept = new LinkedHashMap<>();

  /** Nodes of the first {@code size} leaves. */
  public TileNodes(TreeSize size, TileSource source) {
    this.size = size;
    this.source = source;
  }

  @Override
  public Digest node(int level, long index) {
    int height = level % Tiles.HEIGHT;
    long first = index << height;
    int tileLevel = level / Tiles.HEIGHT;
    Tile tile = tile(TileId.in(size, tileLevel, first >>> Tiles.HEIGHT));
    return tile.subtree((int) (first & (Tiles.WIDTH - 1)), height);
  }

  private Tile tile(TileId id) {
    Tile known = kept.get(id);
    if (known != null) {
      return known;
    }
    if (kept.size() == KEPT) {
      kept.remove(kept.keySet().iterator().next());
    }
    Tile read = source.tile(id);
    kept.put(id, read);
    return read;
  }
}
