package org.fhiranchor.interceptors.crash;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.interceptors.testing.ChainOrders;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * ARCHITECTURE.md section 6: a server in its own process is killed with signal 9 while its threads
 * stand at the points of the table, and the next one on the same data is asked what is left. One
 * death serves several rows: a request, the sequencer and the anchorer each have their own point.
 * {@code make test} has the first death and the regular end, {@code make test-long} all of them.
 */
@Tag("long")
final class CrashTableTest {
  private static final int SIGTERM = 128 + 15;

  /** A ledger that has lost a transaction is given this long before it is sent again. */
  private static final String STUCK = "--anchor.ledger.stuck-after=2s";

  private static final boolean EACH_ROW = Boolean.getBoolean("test.crash.table");

  @TempDir Path data;

  private final Map<String, Integer> answers = new ConcurrentHashMap<>();

  @Test
  @DisplayName(
      "REC-3 TX-1 nothing is lost and nothing there twice, wherever the server dies, and a regular"
          + " end leaves nothing to repair")
  void restartsRepairEveryRow() throws IOException, InterruptedException {
    ChildServer first = ChildServer.start(data, STUCK);
    write(first, "before");
    anchored(first);
    dieWhileWritingSequencingAndSigning(first);

    ChildServer second = restart();
    isThereOnce(second, 4, "before", "signed", "leaves-written", "after-commit");
    assertThat(second.request("GET", "fhir/Patient/before-commit", "").orElseThrow().statusCode())
        .isEqualTo(404);
    endWithARequestInFlight(EACH_ROW ? diesTwiceMore(second) : second);
    audit(EACH_ROW ? 10 : 7);
  }

  private ChildServer diesTwiceMore(ChildServer second) throws IOException, InterruptedException {
    dieWithCheckpointCommittedAndAnchorSent(second);
    ChildServer third = restart();
    isThereOnce(third, 6, "sent", "checkpoint-committed", "before");

    dieWithAnchorMinedInABlockThatIsDropped(third);
    ChildServer last = restart();
    isThereOnce(last, 7, "mined", "after-commit", "before");
    return last;
  }

  private ChildServer restart() throws IOException {
    CrashPoint.disarmAll(data);
    ChildServer server = ChildServer.start(data, STUCK);
    anchored(server);
    return server;
  }

  /** Four rows: the anchor before last is signed, a batch is not committed, two requests hang. */
  private void dieWhileWritingSequencingAndSigning(ChildServer server) throws InterruptedException {
    writeAndReach(server, CrashPoint.SIGNED);
    writeAndReach(server, CrashPoint.LEAVES_WRITTEN);
    writeAndReach(server, CrashPoint.AFTER_COMMIT);
    writeAndReach(server, CrashPoint.BEFORE_COMMIT);
    server.kill();
  }

  private void dieWithCheckpointCommittedAndAnchorSent(ChildServer server)
      throws InterruptedException {
    orders().give("evm_setAutomine", false);
    writeAndReach(server, CrashPoint.SENT);
    writeAndReach(server, CrashPoint.CHECKPOINT_COMMITTED);
    server.kill();
  }

  /** The chain outlives its server, and goes another way while nobody looks. */
  private void dieWithAnchorMinedInABlockThatIsDropped(ChildServer server)
      throws InterruptedException {
    writeAndReach(server, CrashPoint.MINED);
    server.kill();
    orders().give("anvil_reorg", 1, List.of());
  }

  private ChainOrders orders() {
    return new ChainOrders(data.resolve("chain"));
  }

  private void writeAndReach(ChildServer server, CrashPoint point) {
    writeAndReach(server, point, idOf(point));
  }

  /** Some of these requests never get an answer: -1. */
  private void writeAndReach(ChildServer server, CrashPoint point, String id) {
    point.arm(data);
    Thread client = new Thread(() -> answers.put(id, write(server, id)), "client-" + id);
    client.setDaemon(true);
    client.start();
    point.awaitReached(data);
  }

  private static String idOf(CrashPoint point) {
    return point.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static int write(ChildServer server, String id) {
    String patient = "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}";
    return server.request("PUT", "fhir/Patient/" + id, patient).map(r -> r.statusCode()).orElse(-1);
  }

  /** All that was written is sequenced, and the newest head is final. */
  private static void anchored(ChildServer server) {
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                server.gauge("anchor.pending") == 0
                    && server.gauge("anchor.anchored.size") == server.gauge("anchor.log.size"));
  }

  private static void isThereOnce(ChildServer server, long size, String... ids) {
    assertThat(server.gauge("anchor.log.size")).isEqualTo(size);
    for (String id : ids) {
      assertThat(server.get("fhir/Patient/" + id + "/$verify")).contains("\"verified\"");
    }
  }

  /** One is being sequenced, one is pending and one is being written when signal 15 comes. */
  private void endWithARequestInFlight(ChildServer server)
      throws IOException, InterruptedException {
    writeAndReach(server, CrashPoint.LEAVES_WRITTEN, "sequencing-at-the-end");
    assertThat(write(server, "pending-at-the-end")).isEqualTo(201);
    writeAndReach(server, CrashPoint.BEFORE_COMMIT, "last");
    server.terminate();
    await().atMost(120, SECONDS).until(() -> !server.accepts());
    assertThat(answers).doesNotContainKey("last");
    CrashPoint.disarmAll(data);
    assertThat(server.awaitEnd()).isEqualTo(SIGTERM);
    await().atMost(120, SECONDS).until(() -> answers.containsKey("last"));
    assertThat(answers).containsEntry("last", 201);
  }

  /** No server runs any more: what is in the database is all there is. */
  private void audit(int leaves) {
    JdbcDataSource database = new JdbcDataSource();
    database.setUrl(RunningServer.h2(data));
    PendingSeal seals =
        new PendingSeal(LogSigningKey.generate("example.org/reader", new SecureRandom()));
    LogStore store =
        new SqlLogStore(
            new JdbcTemplate(database),
            new TransactionTemplate(new DataSourceTransactionManager(database)),
            seals);
    assertThat(store.pendingCount()).isZero();
    LogAuditor auditor = new LogAuditor(store, database, seals);
    auditor.leavesEqualVersions();
    assertThat(auditor.audit()).hasSize(leaves);
  }
}
