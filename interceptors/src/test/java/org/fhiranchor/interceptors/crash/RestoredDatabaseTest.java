package org.fhiranchor.interceptors.crash;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ARCHITECTURE.md section 6: the database or the ledger comes back as it was before, or not at all.
 */
@Tag("long")
final class RestoredDatabaseTest {
  @TempDir Path data;

  private RunningServer start(String... more) {
    // a ledger that has lost a transaction is given this long before it is sent again
    List<String> settings =
        new ArrayList<>(
            List.of(
                "--management.endpoint.health.show-details=always",
                "--anchor.ledger.stuck-after=2s"));
    settings.addAll(List.of(more));
    return RunningServer.start(data, settings.toArray(String[]::new));
  }

  private static void write(RunningServer server, String id) {
    String patient = "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}";
    assertThat(server.fhir("PUT", "Patient/" + id, patient).statusCode()).isBetween(200, 299);
  }

  private static void anchored(RunningServer server) {
    LogStore store = server.bean(LogStore.class);
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                store.pendingCount() == 0
                    && store.state().anchoredSize().equals(store.state().size()));
  }

  @Test
  @DisplayName("TX-5 CP-3 refuses an old copy of the database by name, and gives no proof from it")
  void refusesAnOldDatabase() throws IOException {
    try (RunningServer server = start()) {
      write(server, "early");
      anchored(server);
    }
    Path database = data.resolve("h2.mv.db");
    Path backup = Files.copy(database, data.resolve("backup"));
    try (RunningServer server = start()) {
      write(server, "late");
      write(server, "later");
      anchored(server);
    }
    Files.copy(backup, database, StandardCopyOption.REPLACE_EXISTING);
    try (RunningServer server = start()) {
      refuses(server, "the database has 1 leaves");
      server.spoiled();
    }
    // Without the newest head in the data folder it is the ledger that knows better.
    Files.copy(backup, database, StandardCopyOption.REPLACE_EXISTING);
    forgetTheNewestHead();
    try (RunningServer server = start()) {
      refuses(server, "the ledger has 3 leaves of this log, the local database only 1");
      server.spoiled();
    }
  }

  @Test
  @DisplayName("CP-3 what all nodes keep beside tombstones tells an old database to a new node")
  void refusesAnOldDatabaseOnANewNode() throws IOException {
    String shared =
        "--anchor.erasure.keys.url=jdbc:h2:file:" + data.resolve("shared") + ";WRITE_DELAY=0";
    try (RunningServer server = start(shared)) {
      write(server, "early");
      anchored(server);
    }
    Path database = data.resolve("h2.mv.db");
    Path backup = Files.copy(database, data.resolve("backup"));
    try (RunningServer server = start(shared)) {
      write(server, "late");
      write(server, "later");
      anchored(server);
    }
    Files.copy(backup, database, StandardCopyOption.REPLACE_EXISTING);
    forgetTheNewestHead();
    // No ledger knows better either.
    delete(data.resolve("chain"));
    try (RunningServer server = start(shared)) {
      refuses(server, "the database has 1 leaves");
      server.spoiled();
    }
  }

  private void forgetTheNewestHead() throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      for (Path file : files.filter(one -> one.toString().contains("log-head-")).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void refuses(RunningServer server, String reason) {
    HttpResponse<byte[]> health = server.bytes("actuator/health");
    assertThat(health.statusCode())
        .as(new String(health.body(), StandardCharsets.UTF_8))
        .isEqualTo(503);
    assertThat(new String(health.body(), StandardCharsets.UTF_8)).contains("\"DOWN\"", reason);
    HttpResponse<String> proof = server.fhir("GET", "Patient/early/$proof", "");
    assertThat(proof.statusCode()).isEqualTo(503);
    assertThat(proof.body()).contains(reason);
    assertThat(server.bytes("log/checkpoint").statusCode()).isEqualTo(503);
    write(server, "unsequenced");
    LogStore store = server.bean(LogStore.class);
    await()
        .during(2, SECONDS)
        .atMost(120, SECONDS)
        .until(() -> store.pendingCount() == 1 && store.state().size().value() == 1);
  }

  @Test
  @DisplayName(
      "TX-5 a ledger that was deleted is anchored again, and old versions prove against it")
  void anchorsAgainOnANewLedger() throws IOException {
    try (RunningServer server = start()) {
      write(server, "kept");
      write(server, "kept-too");
      anchored(server);
    }
    delete(data.resolve("chain"));
    try (RunningServer server = start()) {
      for (String id : List.of("kept", "kept-too")) {
        await()
            .atMost(120, SECONDS)
            .untilAsserted(
                () ->
                    assertThat(server.fhir("GET", "Patient/" + id + "/$verify", "").body())
                        .contains("\"verified\""));
      }
      write(server, "after");
      anchored(server);
      assertThat(server.fhir("GET", "Patient/after/$verify", "").body()).contains("\"verified\"");
      new LogAuditor(server).leavesEqualVersions();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
