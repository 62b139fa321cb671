package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops one server and starts another: in a JVM of its own, as pom.xml says. */
@Tag("own-jvm")
final class PostgresTest {
  @Test
  @DisplayName("SRV-16 runs on PostgreSQL, and a second start finds what the first one stored")
  void crudAndResume(@TempDir Path data) {
    try (PostgresServer postgres = PostgresServer.start()) {
      Answer stored;
      try (RunningServer server = start(data, postgres)) {
        CrudLife.of(server.fhir());
        stored = server.fhir().post("/Patient", Resources.patient("Kept")).ok();
      }
      try (RunningServer server = start(data, postgres)) {
        assertThat(server.fhir().get("/" + stored.reference()).text()).isEqualTo(stored.text());
      }
    }
  }

  private static RunningServer start(Path data, PostgresServer postgres) {
    return RunningServer.start(
        data,
        "--spring.datasource.url=" + postgres.url(),
        "--spring.datasource.username=" + postgres.user());
  }
}
