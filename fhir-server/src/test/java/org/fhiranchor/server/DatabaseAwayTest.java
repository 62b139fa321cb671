package org.fhiranchor.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class DatabaseAwayTest {
  /** How long it is away; {@code make test-long} has 15. */
  private static final int SECONDS_AWAY = Integer.getInteger("test.away", 5);

  private static final Duration HEALTH = Duration.ofSeconds(2);
  private static final String READINESS = "/actuator/health/readiness";
  private static final String PATIENT = "{\"resourceType\":\"Patient\",\"active\":true}";

  private PostgresServer postgres;
  private ServerProcess server;

  @BeforeAll
  void boot(@TempDir Path data) throws IOException {
    postgres = PostgresServer.start();
    server =
        ServerProcess.start(
            data,
            "--spring.datasource.url=" + postgres.url(),
            "--spring.datasource.username=" + postgres.user());
    // Everything that only the first requests of a JVM do has been done.
    assertThat(write().statusCode()).isEqualTo(201);
    assertThat(status(READINESS)).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    server.close();
    postgres.close();
  }

  @Test
  @DisplayName(
      "OPS-1 while PostgreSQL is paused health answers within 2 s, readiness is DOWN within 5 s,"
          + " writes and reads get 503; all is well by itself when it goes on")
  void survivesAPause() {
    HttpResponse<String> stored = write();
    postgres.paused(
        () -> {
          CompletableFuture<HttpResponse<String>> caught =
              CompletableFuture.supplyAsync(this::write);
          isAwayAndStays("it does not answer");
          assertIsUnavailable(caught.orTimeout(30, SECONDS).join());
        });
    isBack(stored);
  }

  @Test
  @DisplayName("OPS-1 the same while PostgreSQL is down")
  void survivesADatabaseThatIsDown() {
    HttpResponse<String> stored = write();
    postgres.down(() -> isAwayAndStays("it refuses connections"));
    isBack(stored);
  }

  private void isAwayAndStays(String reason) {
    await().atMost(5, SECONDS).until(() -> status(READINESS) == 503);
    long logged = logged();
    await()
        .during(SECONDS_AWAY, SECONDS)
        .atMost(SECONDS_AWAY + 10, SECONDS)
        .until(
            () ->
                status(READINESS) == 503
                    && status("/actuator/health/liveness") == 200
                    && server.ask("GET", "/actuator/health", "", HEALTH).body().contains(reason));
    assertIsUnavailable(write());
    assertIsUnavailable(server.get("/fhir/Patient?active=true"));
    assertThat(logged() - logged).as("bytes logged meanwhile").isLessThan(300_000);
  }

  private void isBack(HttpResponse<String> stored) {
    await().atMost(10, SECONDS).until(() -> status(READINESS) == 200);
    await().atMost(10, SECONDS).until(() -> write().statusCode() == 201);
    String location = stored.headers().firstValue("Location").orElseThrow();
    String path = location.substring(location.indexOf("/fhir/"));
    assertThat(server.get(path).statusCode()).isEqualTo(200);
    await().atMost(120, SECONDS).until(() -> server.get(path + "/$proof").statusCode() == 200);
  }

  private static void assertIsUnavailable(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body()).contains("OperationOutcome", "transient");
  }

  private HttpResponse<String> write() {
    return server.ask("POST", "/fhir/Patient", PATIENT);
  }

  private int status(String path) {
    return server.ask("GET", path, "", HEALTH).statusCode();
  }

  private long logged() {
    try {
      return Files.size(server.file("logs/server.log"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
