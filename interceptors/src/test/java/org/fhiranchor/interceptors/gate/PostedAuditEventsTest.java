package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AUD-1: AuditEvents that clients posted stay as they are, also where no journal is kept. */
@Tag("long")
final class PostedAuditEventsTest {
  private static final String POSTED = "AuditEvent/posted";
  private static final String EVENT =
      """
      {"resourceType":"AuditEvent","id":"posted","type":{"code":"rest"},
       "recorded":"2026-01-02T03:04:05Z","agent":[{"requestor":true}],
       "source":{"observer":{"display":"a client"}},"outcomeDesc":"%s"}
      """;

  @TempDir Path data;

  private interface Asking {
    HttpResponse<String> ask(String method, String path, String body);
  }

  @Test
  @DisplayName("AUD-1 with the journal off no request changes or deletes an AuditEvent")
  void withoutAJournal() {
    try (GatedServer server = new GatedServer(data, "--anchor.disclosures.enabled=false")) {
      String loader = server.tokens().loader();
      staysAsItIs((method, path, body) -> server.ask(loader, method, path, body));
    }
  }

  @Test
  @DisplayName("AUD-1 with enforcement off no request changes or deletes an AuditEvent")
  void withoutTokens() {
    try (RunningServer server = RunningServer.start(data, "--anchor.consent.enforce=off")) {
      staysAsItIs(server::fhir);
    }
  }

  private static void staysAsItIs(Asking server) {
    assertThat(server.ask("PUT", POSTED, EVENT.formatted("first")).statusCode()).isEqualTo(201);
    String changed = EVENT.formatted("second");
    String batch =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
            + changed
            + ",\"request\":{\"method\":\"PUT\",\"url\":\"AuditEvent/posted\"}}]}";
    assertThat(server.ask("PUT", POSTED, changed).statusCode()).isEqualTo(405);
    assertThat(server.ask("POST", "", batch).statusCode()).isEqualTo(405);
    assertThat(server.ask("DELETE", POSTED, "").statusCode()).isEqualTo(405);
    assertThat(server.ask("GET", POSTED + "/_history", "").body())
        .contains("first")
        .doesNotContain("second", "\"versionId\":\"2\"");
    String own = "AuditEvent/disclosure-" + "ab".repeat(16);
    String forged = EVENT.formatted("forged").replace(POSTED.substring(11), own.substring(11));
    assertThat(server.ask("PUT", own, forged).statusCode()).isEqualTo(422);
  }
}
