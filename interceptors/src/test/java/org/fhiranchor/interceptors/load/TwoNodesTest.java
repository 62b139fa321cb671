package org.fhiranchor.interceptors.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.serving.LedgerEvidence;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that share one PostgreSQL, one log key, one owner and one ledger. */
@Tag("long")
final class TwoNodesTest {
  private static final int CLIENTS = 8;

  /** {@code make test-long} has 1,000. */
  private static final int WRITES = Integer.getInteger("test.storm", 400);

  @TempDir static Path folder;

  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

  private static PostgresServer postgres;
  private static RunningServer first;
  private static RunningServer second;

  @BeforeAll
  static void boot() throws Exception {
    postgres = opened(PostgresServer.start());
    Path data = folder.resolve("first");
    first = opened(RunningServer.start(data, database()));
    String[] joining = SecondNode.of(first, data, database());
    second = opened(RunningServer.start(folder.resolve("second"), joining));
  }

  private static <T extends AutoCloseable> T opened(T one) {
    OPEN.push(one);
    return one;
  }

  private static String[] database() {
    return new String[] {
      "--spring.datasource.url=" + postgres.url(), "--spring.datasource.username=" + postgres.user()
    };
  }

  @AfterAll
  static void stop() throws Exception {
    while (!OPEN.isEmpty()) {
      OPEN.pop().close();
    }
  }

  @Test
  @DisplayName("REC-3 writes through two nodes on PostgreSQL at once make one log without a gap")
  void writesThroughBothNodes() throws Exception {
    Map<String, Integer> answers =
        new WriteStorm("both", List.of(first, second)).run(CLIENTS, WRITES);
    sequenced();
    new LogAuditor(first).leavesEqualVersions();
    assertThat(WriteStorm.refused("rollback", answers))
        .as("rolled back")
        .isGreaterThan(WRITES / 20);
    assertThat(answers.get("create 201")).as("created").isGreaterThan(WRITES / 10);
  }

  @Test
  @DisplayName("REC-1 a life on PostgreSQL: written here, changed there, deleted and brought back")
  void livesOnBothNodes() {
    String patient = "{\"resourceType\":\"Patient\",\"id\":\"life\",\"active\":true}";
    ok(first, "PUT", patient);
    ok(second, "PUT", patient.replace("true", "false"));
    ok(first, "DELETE", "");
    ok(second, "PUT", patient);
    anchored(first, "Patient/life");
    for (String version : List.of("1", "2", "4")) {
      String path = "Patient/life/_history/" + version;
      assertThat(verify(first, second, path)).isInstanceOf(Verdict.Verified.class);
      assertThat(verify(second, first, path)).isInstanceOf(Verdict.Verified.class);
    }
    new LogAuditor(second).leavesEqualVersions();
  }

  private static void ok(RunningServer node, String method, String body) {
    assertThat(node.fhir(method, "Patient/life", body).statusCode()).isBetween(200, 299);
  }

  /** The resource as one node gives it, the proof as the other one does. */
  private static Verdict verify(RunningServer reader, RunningServer prover, String path) {
    byte[] resource = reader.fhir("GET", path, "").body().getBytes(UTF_8);
    byte[] proof = prover.fhir("GET", path + "/$proof", "").body().getBytes(UTF_8);
    return Verification.ofResource(
        resource,
        proof,
        reader.bean(LogSigningKey.class).verifierKey(),
        reader.bean(LedgerEvidence.class).of(ProofFile.parse(proof)));
  }

  private static void anchored(RunningServer node, String path) {
    await()
        .atMost(120, SECONDS)
        .until(() -> node.fhir("GET", path + "/$proof", "").body().contains("\"anchor\":{"));
  }

  private static void sequenced() {
    LogStore store = first.bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
  }
}
