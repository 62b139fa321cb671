package org.fhiranchor.interceptors.load;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Writers on one node, on H2. */
final class ConcurrentWritesTest {
  private static final int CLIENTS = 8;

  /** {@code make test-long} has 1,000. */
  private static final int WRITES = Integer.getInteger("test.storm", 400);

  @Test
  @DisplayName("REC-3 writes of eight clients at once, rolled back at random, leave a leaf each")
  void leavesEqualVersions() throws InterruptedException, ExecutionException {
    RunningServer server = RunningServer.shared();
    Map<String, Integer> answers = new WriteStorm("storm", List.of(server)).run(CLIENTS, WRITES);
    LogStore store = server.bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
    new LogAuditor(server).leavesEqualVersions();
    assertThat(WriteStorm.refused("rollback", answers))
        .as("rolled back")
        .isGreaterThan(WRITES / 20);
    assertThat(answers.get("create 201")).as("created").isGreaterThan(WRITES / 10);
  }
}
