package org.fhiranchor.interceptors.log.recording;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.identity.TestTokens;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.log.recording.ResourcesWithoutVersion.Missing;
import org.fhiranchor.interceptors.log.recording.ResourcesWithoutVersion.Page;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database in which an earlier release lost what it had answered for. */
@Tag("long")
final class MissingVersionsTest {
  private static final String HEALTH = "actuator/health";

  @TempDir Path data;

  private RunningServer start() {
    return RunningServer.start(
        data,
        "--anchor.consent.enforce=on",
        "--management.endpoint.health.show-details=always",
        "--management.endpoint.health.show-components=always");
  }

  private HttpResponse<String> as(RunningServer server, DemoRole role, String method, String path) {
    String body =
        path.startsWith("Patient/")
            ? "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"active\":true}"
                .formatted(path.substring(8))
            : "{\"resourceType\":\"Parameters\"}";
    return server.send(
        HttpRequest.newBuilder(server.url("fhir/" + path))
            .header("Content-Type", "application/fhir+json")
            .header("Authorization", "Bearer " + new TestTokens(data).of(role))
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  private static JdbcTemplate jdbc(RunningServer server) {
    return new JdbcTemplate(server.bean(DataSource.class));
  }

  private static String health(RunningServer server) {
    return new String(server.bytes(HEALTH).body(), StandardCharsets.UTF_8);
  }

  private static void counted(RunningServer server, int missing) {
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                health(server).contains("\"check\":\"done\"")
                    && health(server).contains("\"resourcesWithoutVersion\":" + missing));
  }

  @Test
  @DisplayName(
      "REC-5 the start counts what was lost, health says it, an operator ends it in the log")
  void countsAndEnds() {
    try (RunningServer server = start()) {
      counted(server, 0);
      for (String id : new String[] {"kept", "lost-1", "lost-2"}) {
        assertThat(as(server, DemoRole.LOADER, "PUT", "Patient/" + id).statusCode()).isEqualTo(201);
      }
      await().atMost(120, SECONDS).until(() -> server.bean(LogStore.class).pendingCount() == 0);
      server.spoiled();
      jdbc(server)
          .update(
              "delete from HFJ_RES_VER where RES_ID in (select RES_ID from HFJ_RESOURCE where"
                  + " FHIR_ID like 'lost-%')");
      assertThatThrownBy(() -> new LogAuditor(server).recordedEqualsStored())
          .as("the auditor of every server test")
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("Patient/lost-1/1");
    }
    try (RunningServer server = start()) {
      server.spoiled();
      counted(server, 2);
      assertThat(health(server)).contains("\"degraded\"", "$end-resources-without-version");
      assertThat(as(server, DemoRole.LOADER, "POST", "$end-resources-without-version").statusCode())
          .isEqualTo(403);
      HttpResponse<String> ended =
          as(server, DemoRole.OPERATOR, "POST", "$end-resources-without-version");
      assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
      assertThat(ended.body()).contains("\"valueInteger\":2");
      counted(server, 0);
      assertThat(operations(server, "Patient/lost-1")).isEqualTo("1 create, 2 delete");
      assertThat(operations(server, "Patient/kept")).isEqualTo("1 create");
      assertThat(
              jdbc(server)
                  .queryForList(
                      "select r.FHIR_ID || ' ' || v.RES_VER from HFJ_RES_VER v join HFJ_RESOURCE r"
                          + " on r.RES_ID = v.RES_ID where v.RES_DELETED_AT is not null",
                      String.class))
          .containsExactlyInAnyOrder("lost-1 2", "lost-2 2");
      assertThat(as(server, DemoRole.LOADER, "PUT", "Patient/lost-1").statusCode()).isEqualTo(201);
    }
  }

  private static String operations(RunningServer server, String resource) {
    LogStore store = server.bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
    return store.chain(ResourceKey.parse(resource), 100).stream()
        .map(SequencedLeaf::statement)
        .map(Statement.ResourceVersion.class::cast)
        .map(version -> version.version() + " " + version.operation().word())
        .collect(Collectors.joining(", "));
  }

  @Test
  @DisplayName("REC-5 a large table is counted page by page, and a database that fails is said")
  void countsInPages() {
    ResourcesWithoutVersion three =
        (after, rows) -> {
          long from = after == ResourcesWithoutVersion.START ? 0 : after;
          return new Page(
              from + rows,
              from + rows >= 3L * rows,
              IntStream.range(0, 2).mapToObj(i -> new Missing(from + i, "Patient")).toList());
        };
    MissingVersionsCheck check = new MissingVersionsCheck(three, Runnable::run, () -> false);
    assertThat(check.report().state()).isEqualTo(MissingVersionsCheck.State.LOOKING);
    check.start();
    assertThat(check.report())
        .isEqualTo(new MissingVersionsCheck.Report(MissingVersionsCheck.State.DONE, 6));
    ResourcesWithoutVersion away =
        (after, rows) -> {
          throw new IllegalStateException("no database");
        };
    MissingVersionsCheck failed = new MissingVersionsCheck(away, Runnable::run, () -> false);
    failed.start();
    assertThat(failed.report().state()).isEqualTo(MissingVersionsCheck.State.FAILED);
  }
}
