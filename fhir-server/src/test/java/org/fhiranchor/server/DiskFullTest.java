package org.fhiranchor.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
@Tag("alone")
final class DiskFullTest {
  private static final int MEGABYTES = 256;

  /** How long it is full; {@code make test-long} has 20. */
  private static final int SECONDS_FULL = Integer.getInteger("test.full", 5);

  private static final Duration HEALTH = Duration.ofSeconds(2);

  @Test
  @DisplayName(
      "OPS-1 a full disk is answered 503, seen by health and the data folder's disk, bounded in the"
          + " log, and over when there is space again, with every answered write there")
  void survivesAFullDisk(@TempDir Path data) throws IOException {
    try (ServerProcess server = ServerProcess.onSmallDisk(MEGABYTES, data)) {
      Writers writers = new Writers(server);
      try (writers) {
        await().atMost(120, SECONDS).until(() -> writers.stored().size() > 20);
        Path filler = server.file("filler");
        fill(filler);
        await().atMost(5, SECONDS).until(() -> status(server, "/actuator/health/readiness") == 503);
        int said = server.output().length();
        await()
            .during(SECONDS_FULL, SECONDS)
            .atMost(120, SECONDS)
            .until(() -> isDownForSpace(server) && refuses(server));
        assertThat(server.output().length() - said).as("said meanwhile").isLessThan(400_000);
        Files.delete(filler);
        int before = writers.stored().size();
        await().atMost(120, SECONDS).until(() -> writers.stored().size() > before + 5);
      }
      assertThat(status(server, "/actuator/health/readiness")).isEqualTo(200);
      assertThat(writers.statuses())
          .as(
              () ->
                  writers.statuses().values().stream().map(HttpResponse::body).toList().toString())
          .containsOnlyKeys(201, 503);
      // On the console: the log's own file is on the disk that was full.
      assertThat(server.output()).contains("H2 closed its file", "database away", "database back");
      assertThat(server.file("h2/fhir.trace.db")).doesNotExist();
      assertThat(writers.stored())
          .allSatisfy(
              id ->
                  assertThat(server.get("/fhir/Patient/" + id).statusCode()).as(id).isEqualTo(200));
      String last = writers.stored().stream().reduce((a, b) -> b).orElseThrow();
      await()
          .atMost(120, SECONDS)
          .until(
              () ->
                  server.get("/fhir/Patient/" + last + "/$proof").statusCode() == 200
                      && status(server, "/actuator/health") == 200);
    }
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("space");
    }
  }

  private static int status(ServerProcess server, String path) {
    return server.ask("GET", path, "", HEALTH).statusCode();
  }

  private static boolean isDownForSpace(ServerProcess server) {
    String health = server.ask("GET", "/actuator/health", "", HEALTH).body();
    return status(server, "/actuator/health/liveness") == 200
        && status(server, "/actuator/health/readiness") == 503
        && health.contains("the disk of the data folder is full")
        && health
            .replaceAll("(?s).*\"diskSpace\":\\{\"status\":\"([A-Z]*)\".*", "$1")
            .equals("DOWN");
  }

  private static boolean refuses(ServerProcess server) {
    HttpResponse<String> read = server.get("/fhir/Patient?_count=1");
    return read.statusCode() == 503
        && read.headers().firstValue("Retry-After").isPresent()
        && read.body().contains("OperationOutcome");
  }
}
