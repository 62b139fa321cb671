package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.merkle.EntryBundleId;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.TreeHash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LogAuditTest {
  private final SampleLog log = new SampleLog();
  private final TileAnswers tiles = new TileAnswers(log);

  @BeforeEach
  void seventyThousandLeaves() {
    log.fill(66_000);
  }

  @Test
  @DisplayName("TILE-2 the whole log is re-derived from its tiles and met at the pinned head")
  void wholeLog() throws IOException {
    Run run = audit("--head", "66000:" + log.root(66_000));
    assertThat(run.out())
        .contains("66000 entries", "261 tiles", "\u2713 root", "\u2713 ledger-head")
        .endsWith("VERIFIED\n");
    assertThat(run.code()).isZero();
    assertThat(audit("--head", "40001:" + log.root(40_001)).code()).isZero();
    assertThat(audit("--head", "0:" + TreeHash.EMPTY).code()).isZero();
  }

  @Test
  @DisplayName("TILE-2 a log that falls behind the known head, or forks from it, is not verified")
  void behindOrForked() throws IOException {
    assertRefused("ledger-head", "serves less", audit("--head", "66001:" + TreeHash.EMPTY));
    assertRefused("ledger-head", "another root", audit("--head", "40001:" + log.root(40_000)));
    assertRefused("ledger-head", "another root", audit("--head", "66000:" + log.root(40_000)));
  }

  @Test
  @DisplayName("VER-1 the log's head is met on the ledger")
  void ledgerHead() throws IOException {
    try (LocalServer node = new LocalServer(new NodeAnswers(log, 50_000))) {
      Run run =
          audit(
              "--rpc",
              node.url(),
              "--contract",
              NodeAnswers.CONTRACT,
              "--log-id",
              "0x" + NodeAnswers.LOG_ID);
      assertThat(run.out()).contains("the ledger's head of 50000 leaves");
      assertThat(run.code()).isZero();
    }
  }

  @Test
  @DisplayName("VER-2 without a head to compare with it is undecided")
  void noHead() throws IOException {
    Run run = audit();
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("\u2713 root", "? ledger-head");
  }

  @Test
  @DisplayName("TILE-2 a changed entry or a changed hash is found")
  void changedEntryOrHash() throws IOException {
    byte[] bundle = log.bundle(new EntryBundleId(3, 256));
    bundle[100] ^= 1;
    assertRefused("tiles", "does not come from the entries", auditWith("tile/entries/003", bundle));
    bundle = log.bundle(new EntryBundleId(3, 256));
    bundle[2] = 9;
    assertRefused("entries", "is no commitment", auditWith("tile/entries/003", bundle));
    byte[] tile = log.tile(new TileId(1, 1, 1)).bytes();
    tile[0] ^= 1;
    assertRefused("tiles", "hash 0 of tile/1/001.p/1", auditWith("tile/1/001.p/1", tile));
    tiles.instead.put("tile/0/007", tiles.instead.remove("tile/1/001.p/1"));
    assertRefused("tiles", "want 8192 bytes", audit("--head", "0:" + TreeHash.EMPTY));
  }

  @Test
  @DisplayName("CP-1 a checkpoint of another log or size is not verified")
  void wrongCheckpoint() throws IOException {
    byte[] other = new SampleLog().checkpoint(0).note().getBytes(UTF_8);
    assertRefused("checkpoint-signature", "no signature by", auditWith("checkpoint", other));
    byte[] forged = log.checkpoint(66_000).note().replace("66000", "65999").getBytes(UTF_8);
    assertRefused("checkpoint-signature", "does not fit", auditWith("checkpoint", forged));
  }

  @Test
  @DisplayName("VER-4 endless, short, long and missing answers end the audit within bounds")
  void hostileServer() throws IOException {
    assertThat(auditWith("checkpoint", "nonsense".getBytes(UTF_8)).code()).isEqualTo(1);
    assertThat(auditWith("tile/entries/000", new byte[8190]).code()).isEqualTo(1);
    assertThat(auditWith("tile/0/000", new byte[31]).code()).isEqualTo(1);
    tiles.instead.put("tile/0/000", exchange -> LocalServer.send(exchange, 404, new byte[0]));
    assertThat(audit().code()).isEqualTo(3);
    for (String path : List.of("tile/0/000", "tile/entries/000", "checkpoint")) {
      tiles.instead.clear();
      tiles.instead.put(
          path,
          exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            for (int i = 0; i < 100_000; i++) {
              body.write(new byte[1000]);
            }
          });
      Run run = audit();
      assertThat(run.out()).contains("more than");
      assertThat(run.code()).isEqualTo(3);
    }
  }

  private Run auditWith(String path, byte[] body) throws IOException {
    tiles.instead.clear();
    tiles.instead.put(path, exchange -> LocalServer.send(exchange, 200, body));
    return audit("--head", "66000:" + log.root(66_000));
  }

  private Run audit(Object... more) throws IOException {
    try (LocalServer server = new LocalServer(tiles)) {
      List<Object> args =
          new ArrayList<>(List.of("log", server.url() + "/log", "--key", log.key.verifierKey()));
      args.addAll(List.of(more));
      return Run.of(args.toArray());
    }
  }

  private static void assertRefused(String step, String reason, Run run) {
    assertThat(run.out()).contains("\u2717 " + step, reason);
    assertThat(run.code()).isEqualTo(1);
  }
}
