package org.fhiranchor.interceptors.log.serving;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.EntryBundleId;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.Tiles;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeSize;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class LogServletTest {
  private final RunningServer server = RunningServer.shared();

  @BeforeEach
  void somethingIsInTheLog() {
    String patient = "{\"resourceType\":\"Patient\",\"gender\":\"female\"}";
    assertThat(server.fhir("POST", "Patient", patient).statusCode()).isEqualTo(201);
    LogStore store = server.bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
  }

  private SignedCheckpoint checkpoint() {
    byte[] note = server.bytes("log/checkpoint").body();
    Object opened =
        SignedCheckpoint.open(
            new String(note, StandardCharsets.UTF_8),
            server.bean(LogSigningKey.class).verifierKey());
    return ((SignedCheckpoint.Opened.Signed) opened).checkpoint();
  }

  @Test
  @DisplayName("TILE-1 serves a signed checkpoint, its tiles and its entries")
  void servesTheTree() {
    TreeSize size = checkpoint().checkpoint().size();
    HttpResponse<byte[]> tile = server.bytes("log/" + TileId.in(size, 0, 0).path());
    HttpResponse<byte[]> entries = server.bytes("log/" + EntryBundleId.in(size, 0).path());
    int width = TileId.in(size, 0, 0).width();
    List<byte[]> decoded = Tiles.decodeEntries(entries.body(), width);
    assertThat(tile.body()).hasSize(width * Digest.LENGTH);
    byte[] last = decoded.get(width - 1);
    assertThat(TreeHash.leaf(last).bytes())
        .isEqualTo(
            Arrays.copyOfRange(tile.body(), (width - 1) * Digest.LENGTH, width * Digest.LENGTH));
    assertThat(tile.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
    assertThat(server.bytes("log/checkpoint").headers().firstValue("Cache-Control").orElse(""))
        .contains("max-age=1");
  }

  @Test
  @DisplayName("TILE-1 keeps every narrower partial tile, and has nothing past the end")
  void servesEveryWidth() {
    assertThat(server.bytes("log/tile/0/000.p/1").body()).hasSize(Digest.LENGTH);
    for (String path :
        List.of(
            "log/tile/0/999",
            "log/tile/9/000",
            "log/tile/0/000.p/0",
            "log/tile/0/000.p/257",
            "log/tile/entries/x999/999",
            "log/tile/../checkpoint2",
            "log/secret")) {
      assertThat(server.bytes(path).statusCode()).as(path).isIn(404, 400);
    }
  }
}
