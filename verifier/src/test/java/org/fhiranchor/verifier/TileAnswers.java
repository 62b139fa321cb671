package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.fhiranchor.merkle.EntryBundleId;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.TilePath;

/** A log's tiles over HTTP, with answers that a test can put in their place. */
final class TileAnswers implements LocalServer.Answer {
  final Map<String, LocalServer.Answer> instead = new HashMap<>();

  private final SampleLog log;

  TileAnswers(SampleLog log) {
    this.log = log;
  }

  @Override
  public void to(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().replaceFirst("^/log/", "");
    if (instead.containsKey(path)) {
      instead.get(path).to(exchange);
      return;
    }
    if (path.equals("checkpoint")) {
      LocalServer.send(exchange, 200, log.checkpoint(log.size()).note().getBytes(UTF_8));
      return;
    }
    TilePath tile = TilePath.parse(path).orElseThrow(() -> new IOException("no tile " + path));
    byte[] body =
        tile instanceof EntryBundleId bundle ? log.bundle(bundle) : log.tile((TileId) tile).bytes();
    LocalServer.send(exchange, 200, body);
  }
}
