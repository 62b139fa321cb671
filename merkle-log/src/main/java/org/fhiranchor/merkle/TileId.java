package org.fhiranchor.merkle;

/**
 * One tile of hashes. Hash {@code i} of tile {@code index} at {@code level} is the complete subtree
 * of {@code 256^level} leaves that starts at leaf {@code (index * 256 + i) * 256^level}.
 *
 * @param level 0 to 7
 * @param index from 0
 * @param width hashes in it, 1 to 256; below 256 it is a partial tile
 */
public record TileId(int level, long index, int width) implements TilePath {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException outside them
   */
  public TileId {
    if (level < 0 || level > Tiles.MAX_LEVEL) {
      throw new IllegalArgumentException("tile level: want 0 to 7, got " + level);
    }
    Tiles.check(index, width);
  }

  /**
   * The tile as it is in a tree of {@code size} leaves.
   *
   * @throws IllegalArgumentException when that tree does not reach it
   */
  public static TileId in(TreeSize size, int level, long index) {
    return new TileId(level, index, Tiles.width(size, level, index));
  }

  @Override
  public String path() {
    return TileSpelling.spell(Integer.toString(level), index, width);
  }
}
