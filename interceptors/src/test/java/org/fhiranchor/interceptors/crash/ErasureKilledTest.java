package org.fhiranchor.interceptors.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.identity.TestTokens;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.store.scan.SnapshotScan;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.fhiranchor.interceptors.testing.KeptFindings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * ERA-3: what is begun is finished, and what is restored is erased again, before a port is open.
 */
@Tag("long")
final class ErasureKilledTest {
  private static final String ENFORCED = "--anchor.consent.enforce=on";

  private static final List<CrashPoint> POINTS =
      List.of(
          CrashPoint.ERASURE_BEGUN,
          CrashPoint.CONTENT_KEY_GONE,
          CrashPoint.CONTENTS_NAMED,
          CrashPoint.ERASURE_OPEN,
          CrashPoint.ERASURE_NAMED,
          CrashPoint.TOMBSTONE_SET);

  /** How many of the points: the first in {@code make test}, all in {@code make test-long}. */
  private static final int KILLS = Integer.getInteger("test.erasure.kills", 1);

  private static final String ORDER =
      "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"reason\",\"valueString\":\"asked"
          + " for\"},{\"name\":\"basis\",\"valueString\":\"GDPR 17\"}]}";

  @TempDir Path data;

  @Test
  @DisplayName("ERA-3 an erasure that was killed between two steps is finished by the next start")
  void finishesAfterEachKill() throws IOException, InterruptedException {
    for (CrashPoint point : POINTS.subList(0, KILLS)) {
      String patient = "killed-" + point.name().toLowerCase(Locale.ROOT).replace('_', '-');
      ChildServer server = ChildServer.start(data, ENFORCED);
      write(server::request, patient);
      point.arm(data);
      Thread client = new Thread(() -> erase(server::request, patient));
      client.setDaemon(true);
      client.start();
      point.awaitReached(data);
      server.kill();
      client.join();
      CrashPoint.disarmAll(data);
    }
    try (RunningServer server = RunningServer.start(data, ENFORCED)) {
      assertThat(left(server, "killed-")).isEmpty();
      assertThat(scan(server)).isEmpty();
      new LogAuditor(server).leavesEqualVersions();
    }
  }

  @Test
  @DisplayName("ERA-3 an older copy of everything but the tombstones is restored, and erased again")
  void erasesWhatIsRestored(@TempDir Path backup) throws IOException {
    try (RunningServer first = RunningServer.start(data, ENFORCED)) {
      write(asking(first), "restored-1");
      write(asking(first), "stays-1");
    }
    copy(data, backup);
    try (RunningServer second = RunningServer.start(data, ENFORCED)) {
      assertThat(erase(asking(second), "restored-1").orElseThrow().statusCode()).isEqualTo(200);
    }
    Path tombstones = data.resolve("erasure.mv.db");
    Path kept = backup.resolveSibling("kept-erasure.mv.db");
    Files.copy(tombstones, kept, StandardCopyOption.REPLACE_EXISTING);
    copy(backup, data);
    Files.move(kept, tombstones, StandardCopyOption.REPLACE_EXISTING);
    try (RunningServer server = RunningServer.start(data, ENFORCED)) {
      assertThat(left(server, "restored-1")).isEmpty();
      assertThat(left(server, "stays-1")).hasSize(3);
      new LogAuditor(server).leavesEqualVersions();
    }
  }

  /** A way to a server; the answer is empty when it went away before it gave one. */
  private interface Asking {
    Optional<HttpResponse<String>> ask(String method, String path, String body, String token);
  }

  private static Asking asking(RunningServer server) {
    return (method, path, body, token) ->
        Optional.of(
            server.send(
                HttpRequest.newBuilder(server.url(path))
                    .header("Content-Type", "application/fhir+json")
                    .header("Authorization", "Bearer " + token)
                    .method(method, HttpRequest.BodyPublishers.ofString(body))));
  }

  private void write(Asking server, String patient) {
    String token = new TestTokens(data).loader();
    put(
        server,
        token,
        "Patient/" + patient,
        "{\"resourceType\":\"Patient\",\"id\":\"%s\"}".formatted(patient));
    for (int i = 0; i < 2; i++) {
      String id = "o%d-%s".formatted(i, patient);
      put(
          server,
          token,
          "Observation/" + id,
          "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/%s\"}}"
              .formatted(id, patient));
    }
    assertThat(server.ask("GET", "fhir/Patient/" + patient, "", token)).isPresent();
  }

  private static void put(Asking server, String token, String path, String json) {
    HttpResponse<String> answer = server.ask("PUT", "fhir/" + path, json, token).orElseThrow();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private Optional<HttpResponse<String>> erase(Asking server, String patient) {
    String operator = new TestTokens(data).of(DemoRole.OPERATOR);
    return server.ask("POST", "fhir/Patient/" + patient + "/$erase", ORDER, operator);
  }

  private static List<Finding> scan(RunningServer server) {
    KeptFindings found = new KeptFindings();
    new SnapshotScan(server.bean(DataSource.class), server.bean(StoreScan.class)).scan(found);
    return found.all();
  }

  private static List<String> left(RunningServer server, String of) {
    return new JdbcTemplate(server.bean(DataSource.class))
        .queryForList(
            "select fhir_id from hfj_resource where fhir_id like ?", String.class, "%" + of + "%");
  }

  private static void copy(Path from, Path to) throws IOException {
    // The chain's socket is no file to copy.
    try (Stream<Path> all = Files.walk(from)) {
      for (Path one : all.toList()) {
        Path there = to.resolve(from.relativize(one).toString());
        if (Files.isDirectory(one)) {
          Files.createDirectories(there);
        } else if (Files.isRegularFile(one)) {
          Files.copy(one, there, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
