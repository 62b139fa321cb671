package org.fhiranchor.merkle;

/**
 * One bundle of entries: those of the leaves of the level 0 tile with the same index.
 *
 * @param width entries in it, 1 to 256
 */
public record EntryBundleId(long index, int width) implements TilePath {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException outside them
   */
  public EntryBundleId {
    Tiles.check(index, width);
  }

  /**
   * The bundle as it is in a tree of {@code size} leaves.
   *
   * @throws IllegalArgumentException when that tree does not reach it
   */
  public static EntryBundleId in(TreeSize size, long index) {
    return new EntryBundleId(index, Tiles.width(size, 0, index));
  }

  @Override
  public String path() {
    return TileSpelling.spell("entries", index, width);
  }
}
