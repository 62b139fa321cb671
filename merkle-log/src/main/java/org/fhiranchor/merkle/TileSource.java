package org.fhiranchor.merkle;

/** Where stored tiles come from. */
@FunctionalInterface
public interface TileSource {
  /**
   * The tile with exactly the width asked for. A source that keeps only the longest state of a tile
   * gives its first {@code id.width()} hashes: tiles only grow. A tile that is missing or too short
   * is for the source to throw about: the log contradicts itself.
   */
  Tile tile(TileId id);
}
