package org.fhiranchor.interceptors.crash;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signal 9 at any moment: one round on H2, which {@code make test} runs; as many as {@code
 * -Dtest.crash.rounds} says on each database, which {@code make test-long} runs.
 */
final class KilledUnderLoadTest {
  private static final int CLIENTS = 4;
  private static final long SEED = 20_261_122;

  @TempDir Path data;

  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private final Queue<String> refused = new ConcurrentLinkedQueue<>();

  @Test
  @DisplayName(
      "REC-3 SRV-18 on H2 every acknowledged write survives signal 9 under load, with its leaf")
  void nothingAcknowledgedIsLostOnH2() throws IOException, InterruptedException {
    survives();
  }

  @Test
  @Tag("long")
  @DisplayName(
      "REC-3 on PostgreSQL every acknowledged write survives signal 9 under load, with its leaf")
  void nothingAcknowledgedIsLostOnPostgres() throws IOException, InterruptedException {
    try (PostgresServer postgres = PostgresServer.start()) {
      survives(
          "--spring.datasource.url=" + postgres.url(),
          "--spring.datasource.username=" + postgres.user());
    }
  }

  private void survives(String... database) throws IOException, InterruptedException {
    killAgainAndAgain(database);
    assertThat(refused).isEmpty();
    check(database);
  }

  private void killAgainAndAgain(String... database) throws IOException, InterruptedException {
    int rounds = Integer.getInteger("test.crash.rounds", 1);
    Random random = new Random(SEED);
    for (int round = 0; round < rounds; round++) {
      ChildServer server = ChildServer.start(data, database);
      List<Thread> clients = clients(server, round);
      int before = acknowledged.size();
      int wanted = before + 20 + random.nextInt(200);
      await().atMost(180, SECONDS).until(() -> acknowledged.size() >= wanted);
      server.kill();
      for (Thread client : clients) {
        client.join();
      }
      System.out.printf(
          "round %d seed=%d acknowledged=%d%n", round, SEED, acknowledged.size() - before);
    }
  }

  private List<Thread> clients(ChildServer server, int round) {
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      String prefix = "kill-" + round + "-" + i + "-";
      Thread client = new Thread(() -> writeUntilKilled(server, prefix));
      client.start();
      clients.add(client);
    }
    return clients;
  }

  private void writeUntilKilled(ChildServer server, String prefix) {
    for (int n = 0; ; n++) {
      String id = prefix + n / 2;
      String body =
          "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\",\"active\":" + (n % 2 == 0) + "}";
      Optional<HttpResponse<String>> answer = server.request("PUT", "fhir/Patient/" + id, body);
      if (answer.isEmpty()) {
        return;
      }
      String version = "Patient/" + id + "/_history/" + (1 + n % 2);
      (answer.get().statusCode() / 100 == 2 ? acknowledged : refused).add(version);
    }
  }

  private void check(String... database) {
    try (RunningServer server = RunningServer.start(data, again(database))) {
      LogStore store = server.bean(LogStore.class);
      await()
          .atMost(120, SECONDS)
          .until(
              () ->
                  store.pendingCount() == 0
                      && store.state().anchoredSize().equals(store.state().size()));
      new LogAuditor(server).leavesEqualVersions();
      assertThat(acknowledged)
          .allSatisfy(
              version ->
                  assertThat(server.fhir("GET", version + "/$verify", "").body())
                      .as(version)
                      .contains("\"verified\""));
    }
  }

  private static String[] again(String... settings) {
    return Stream.concat(Stream.of(settings), Stream.of(RunningServer.TABLES_ARE_THERE))
        .toArray(String[]::new);
  }
}
