package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Appends a batch of leaves to a tree that is kept as tiles. Pure: it stores nothing. */
public final class TreeAppender {
  private final TreeSize size;
  private final TileSource source;
  private final List<Edge> edges = new ArrayList<>();
  private final Map<TileId, Tile> changed = new LinkedHashMap<>();

  private TreeAppender(TreeSize size, TileSource source) {
    this.size = size;
    this.source = source;
  }

  /**
   * What a batch came to.
   *
   * @param tiles every tile that is new or longer, in its new width, each once
   */
  public record Appended(TreeSize size, Digest root, List<Tile> tiles) {
    /** Keeps an unmodifiable copy. */
    public Appended {
      tiles = List.copyOf(tiles);
    }
  }

  /**
   * Appends leaf hashes to the tree of {@code size} leaves.
   *
   * @param source has the tiles of that tree; only those at its right edge are read
   * @throws IllegalArgumentException when the new size would pass 2^63 - 1
   */
  public static Appended append(TreeSize size, TileSource source, List<Digest> leafHashes) {
    if (leafHashes.size() > Long.MAX_VALUE - size.value()) {
      throw new IllegalArgumentException("append: the tree cannot grow past 2^63 - 1 leaves");
    }
    return new TreeAppender(size, source).run(leafHashes);
  }

  private Appended run(List<Digest> leafHashes) {
    for (Digest leafHash : leafHashes) {
      add(0, leafHash);
    }
    for (Edge edge : edges) {
      if (edge.width > 0) {
        Tile tile = edge.tile();
        changed.put(tile.id(), tile);
      }
    }
    TreeSize grown = new TreeSize(size.value() + leafHashes.size());
    Digest root = TreeProofs.root(grown, new TileNodes(grown, this::changedOrStored));
    return new Appended(grown, root, List.copyOf(changed.values()));
  }

  private Tile changedOrStored(TileId id) {
    Tile tile = changed.get(id);
    return tile != null ? tile : source.tile(id);
  }

  private void add(int level, Digest hash) {
    if (edges.size() == level) {
      edges.add(new Edge(level, stored(level), size.value() >>> (Tiles.HEIGHT * (level + 1))));
    }
    Edge edge = edges.get(level);
    if (edge.add(hash)) {
      Tile full = edge.tile();
      changed.put(full.id(), full);
      edge.startNext();
      add(level + 1, full.subtree(0, Tiles.HEIGHT));
    }
  }

  private @Nullable Tile stored(int level) {
    long index = size.value() >>> (Tiles.HEIGHT * (level + 1));
    int width = Tiles.width(size, level, index);
    return width == 0 ? null : source.tile(new TileId(level, index, width));
  }

  /** The tile of one level that is still growing. */
  private static final class Edge {
    private final int level;
    private final byte[] hashes = new byte[Tiles.WIDTH * Digest.LENGTH];
    private long index;
    private int width;

    Edge(int level, @Nullable Tile stored, long index) {
      this.level = level;
      this.index = index;
      if (stored != null) {
        byte[] before = stored.bytes();
        System.arraycopy(before, 0, hashes, 0, before.length);
        width = stored.id().width();
      }
    }

    /** Whether this made the tile full. */
    boolean add(Digest hash) {
      hash.write(hashes, width * Digest.LENGTH);
      width++;
      return width == Tiles.WIDTH;
    }

    Tile tile() {
      byte[] part = Arrays.copyOf(hashes, width * Digest.LENGTH);
      return Tile.of(new TileId(level, index, width), part);
    }

    void startNext() {
      index++;
      width = 0;
    }
  }
}
