package org.fhiranchor.interceptors.log.recording;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.identity.TestTokens;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.log.recording.ResourcesWithoutVersion.Page;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;
import org.hibernate.engine.spi.SessionImplementor;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;

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
      ResourcesWithoutVersion stored = server.bean(ResourcesWithoutVersion.class);
      Page listed = stored.page(ResourcesWithoutVersion.START, MissingVersionsCheck.PAGE);
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
      assertThat(endsWhatWasListed(server, stored, listed)).isEqualTo(0);
      assertThat(operations(server, "Patient/lost-1")).isEqualTo("1 create, 2 delete, 3 create");
      assertThat(operations(server, "Patient/lost-2")).isEqualTo("1 create, 2 delete");
    }
  }

  /** As a second call does that listed them before the first one was done. */
  private static int endsWhatWasListed(
      RunningServer server, ResourcesWithoutVersion stored, Page listed) {
    assertThat(listed.missing()).hasSize(2);
    EntityManager shared =
        SharedEntityManagerCreator.createSharedEntityManager(
            server.bean(EntityManagerFactory.class));
    ResourcesWithoutVersion earlier =
        new ResourcesWithoutVersion() {
          @Override
          public Page page(long after, int rows) {
            return new Page(listed.last(), true, listed.missing());
          }

          @Override
          public boolean isMissing(long key) {
            return stored.isMissing(key);
          }
        };
    Parameters answer =
        new MissingVersionsOperation(
                new MissingVersionsOperation.Stores(
                    server.bean(FhirContext.class),
                    server.bean(DaoRegistry.class),
                    server.bean(IHapiTransactionService.class),
                    () -> shared.unwrap(SessionImplementor.class),
                    Clock.systemUTC()),
                earlier,
                server.bean(VersionRecorder.class),
                server.bean(MissingVersionsCheck.class))
            .end(new SystemRequestDetails());
    return ((IntegerType) answer.getParameter("ended").getValue()).getValue();
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
}
