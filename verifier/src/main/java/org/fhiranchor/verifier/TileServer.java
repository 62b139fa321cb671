package org.fhiranchor.verifier;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.EntryBundleId;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.Tiles;

/**
 * A log below a URL, as C2SP tlog-tiles lays it out. No answer is read further than it may be long.
 */
final class TileServer {
  private static final int BYTES_PER_ENTRY = 2 + Commitment.ENTRY_LENGTH;
  private static final int TILE_BYTES = 32 * Tiles.WIDTH;

  private final String base;
  private final BoundedHttp http;

  TileServer(URI url, Duration timeout) {
    String text = url.toString();
    this.base = text.endsWith("/") ? text : text + "/";
    this.http = new BoundedHttp(timeout);
  }

  SignedCheckpoint checkpoint() throws IOException {
    byte[] note = get("checkpoint", 4 * SignedCheckpoint.MAX_NOTE);
    return SignedCheckpoint.parse(new String(note, StandardCharsets.UTF_8));
  }

  List<byte[]> entries(EntryBundleId id) throws IOException {
    return Tiles.decodeEntries(get(id.path(), BYTES_PER_ENTRY * id.width()), id.width());
  }

  Tile tile(TileId id) throws IOException {
    return Tile.of(id, get(id.path(), TILE_BYTES));
  }

  private byte[] get(String path, int maxBytes) throws IOException {
    return http.get(URI.create(base + path), maxBytes);
  }
}
