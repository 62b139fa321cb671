package org.fhiranchor.interceptors.gate;

import java.io.IOException;
import java.nio.file.Files;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;

/** The same on PostgreSQL: what narrows a search is the database's work. */
@Tag("long")
@SuppressWarnings("NullAway.Init")
final class ManyHiddenHitsOnPostgresTest extends ManyHiddenHitsTest {
  private final PostgresServer postgres = PostgresServer.start();
  private GatedServer server;

  @Override
  GatedServer open() throws IOException {
    server =
        new GatedServer(
            Files.createTempDirectory("fhir-anchor-gated"),
            "--spring.datasource.url=" + postgres.url(),
            "--spring.datasource.username=" + postgres.user());
    return server;
  }

  @AfterAll
  void stop() {
    try {
      server.close();
    } finally {
      postgres.close();
    }
  }
}
