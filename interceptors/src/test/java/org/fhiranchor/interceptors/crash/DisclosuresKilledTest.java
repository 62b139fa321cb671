package org.fhiranchor.interceptors.crash;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.identity.TestTokens;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.plain.JournalTexts;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signal 9 while clients read: one round on PostgreSQL, which {@code make test} runs; as many as
 * {@code -Dtest.crash.rounds} says on each database, which {@code make test-long} runs.
 */
@Tag("long")
final class DisclosuresKilledTest {
  private static final int CLIENTS = 4;
  private static final long SEED = 20_261_129;

  @TempDir Path data;

  private final Map<String, Integer> answered = new ConcurrentHashMap<>();

  @Test
  @DisplayName("DIS-2 on H2 no answer that a client received is missing from the journal")
  void nothingShownIsForgottenOnH2() throws IOException, InterruptedException {
    survives();
  }

  @Test
  @DisplayName("DIS-2 on PostgreSQL no answer that a client received is missing from the journal")
  void nothingShownIsForgottenOnPostgres() throws IOException, InterruptedException {
    try (PostgresServer postgres = PostgresServer.start()) {
      survives(
          "--spring.datasource.url=" + postgres.url(),
          "--spring.datasource.username=" + postgres.user());
    }
  }

  private void survives(String... database) throws IOException, InterruptedException {
    List<String> settings = new ArrayList<>(List.of(database));
    settings.add("--anchor.consent.enforce=on");
    String[] all = settings.toArray(String[]::new);
    int rounds = Integer.getInteger("test.crash.rounds", 1);
    Random random = new Random(SEED);
    for (int round = 0; round < rounds; round++) {
      killWhileReading(30 + random.nextInt(200), all);
    }
    check(rounds, all);
  }

  private int total() {
    return answered.values().stream().mapToInt(Integer::intValue).sum();
  }

  private void killWhileReading(int more, String... settings)
      throws IOException, InterruptedException {
    ChildServer server = ChildServer.start(data, settings);
    TestTokens tokens = new TestTokens(data);
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      String patient = "killed-" + i;
      String body = "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\"}";
      assertThat(server.request("PUT", "fhir/Patient/" + patient, body, tokens.loader()))
          .hasValueSatisfying(made -> assertThat(made.statusCode()).isBetween(200, 201));
      Thread client = new Thread(() -> readUntilKilled(server, patient, tokens.patient(patient)));
      clients.add(client);
    }
    int wanted = total() + more;
    clients.forEach(Thread::start);
    await().atMost(180, SECONDS).until(() -> total() >= wanted);
    server.kill();
    for (Thread client : clients) {
      client.join();
    }
  }

  private void readUntilKilled(ChildServer server, String patient, String token) {
    while (true) {
      Optional<HttpResponse<String>> answer =
          server.request("GET", "fhir/Patient/" + patient, "", token);
      if (answer.isEmpty()) {
        return;
      }
      if (answer.get().statusCode() == 200) {
        answered.merge(patient, 1, Integer::sum);
      }
    }
  }

  private void check(int rounds, String... settings) {
    try (RunningServer server = RunningServer.start(data, again(settings))) {
      LogStore store = server.bean(LogStore.class);
      await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
      new LogAuditor(server).leavesEqualVersions();
      SubjectTags tags = server.bean(SubjectTags.class);
      JournalTexts texts = new JournalTexts(server);
      answered.forEach(
          (patient, answers) -> {
            String subject = tags.of(Optional.of(new PatientId(patient))).hex();
            long reads =
                texts.of(subject).stream()
                    .filter(content -> content.contains("\"read Patient\""))
                    .count();
            // what was on its way when the server was killed may be in the journal, unanswered
            assertThat(reads).isBetween((long) answers, answers + (long) rounds);
          });
      System.out.printf("answered %d reads, all of them in the journal%n", total());
    }
  }

  private static String[] again(String... settings) {
    return Stream.concat(Stream.of(settings), Stream.of(RunningServer.TABLES_ARE_THERE))
        .toArray(String[]::new);
  }
}
