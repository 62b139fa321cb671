package org.fhiranchor.interceptors.log.serving;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.EntryBundleId;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.TilePath;
import org.fhiranchor.merkle.Tiles;
import org.fhiranchor.merkle.TreeSize;

/**
 * {@code /log/checkpoint}, {@code /log/tile/…} and {@code /log/tile/entries/…} by C2SP tlog-tiles
 * (TILE-1). Public: nothing here says what an entry commits to (STM-4).
 */
public final class LogServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final String FOREVER = "public, max-age=31536000, immutable";
  private static final String SECONDS = "public, max-age=1";

  private final transient LogStore store;
  private final transient LogHealth health;

  /** Serves this log. */
  public LogServlet(LogStore store, LogHealth health) {
    this.store = store;
    this.health = health;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = Optional.ofNullable(request.getPathInfo()).orElse("/").substring(1);
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (health.refusal().isPresent()) {
      answer(response, 503, "text/plain", "no-store", health.refusal().get());
    } else {
      answer(path, response);
    }
  }

  private void answer(String path, HttpServletResponse response) throws IOException {
    try {
      if (path.equals("checkpoint")) {
        checkpoint(response);
      } else {
        tile(path, response);
      }
    } catch (CorruptLogException contradiction) {
      health.refuse(contradiction);
      answer(response, 503, "text/plain", "no-store", "the log contradicts itself");
    }
  }

  private void checkpoint(HttpServletResponse response) throws IOException {
    Optional<SignedCheckpoint> newest = store.latestCheckpoint();
    if (newest.isEmpty()) {
      answer(response, 404, "text/plain", SECONDS, "the log is empty");
    } else {
      answer(response, 200, "text/plain; charset=utf-8", SECONDS, newest.get().note());
    }
  }

  private void tile(String path, HttpServletResponse response) throws IOException {
    Optional<byte[]> body = TilePath.parse(path).flatMap(this::read);
    if (body.isEmpty()) {
      answer(response, 404, "text/plain", SECONDS, "no such tile in this log");
    } else {
      answer(response, 200, "application/octet-stream", FOREVER, body.get());
    }
  }

  private Optional<byte[]> read(TilePath path) {
    TreeSize size = store.state().size();
    if (path instanceof TileId tile) {
      return tile.width() > Tiles.width(size, tile.level(), tile.index())
          ? Optional.empty()
          : Optional.of(store.tiles().tile(tile).bytes());
    }
    EntryBundleId bundle = (EntryBundleId) path;
    return bundle.width() > Tiles.width(size, 0, bundle.index())
        ? Optional.empty()
        : Optional.of(entries(bundle));
  }

  private byte[] entries(EntryBundleId bundle) {
    long first = bundle.index() * Tiles.WIDTH;
    List<Digest> commitments =
        store.commitments(new LeafIndex(first), new LeafIndex(first + bundle.width()));
    return Tiles.encodeEntries(commitments.stream().map(Commitment::entry).toList());
  }

  private static void answer(
      HttpServletResponse response, int status, String type, String cache, String body)
      throws IOException {
    answer(response, status, type, cache, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(
      HttpServletResponse response, int status, String type, String cache, byte[] body)
      throws IOException {
    response.setStatus(status);
    response.setContentType(type);
    response.setHeader("Cache-Control", cache);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
