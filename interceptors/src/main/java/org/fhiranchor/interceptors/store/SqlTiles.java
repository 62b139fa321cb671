package org.fhiranchor.interceptors.store;

import java.util.Arrays;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.TileSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Tiles by row; a row keeps the longest state, any shorter one is its beginning. */
record SqlTiles(JdbcTemplate jdbc) implements TileSource {
  @Override
  public Tile tile(TileId id) {
    byte[] hashes =
        jdbc
            .query(
                "select hashes from anchor_tile where tile_level = ? and tile_index = ?",
                (row, n) -> row.getBytes(1),
                id.level(),
                id.index())
            .stream()
            .findFirst()
            .orElseThrow(() -> new CorruptLogException(id.path() + ": want a row, got none"));
    int want = id.width() * Digest.LENGTH;
    if (hashes.length < want) {
      throw new CorruptLogException(
          id.path() + ": want " + want + " bytes at least, got " + hashes.length);
    }
    return Tile.of(id, Arrays.copyOf(hashes, want));
  }
}
