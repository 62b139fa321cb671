package org.fhiranchor.interceptors.crash;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Locale;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * ARCHITECTURE.md section 6, row by row: a server in its own process dies at the point without any
 * clean-up, and the next one on the same data is asked what is left. Each restart serves the next
 * row too.
 */
final class CrashTableTest {
  @TempDir static Path data;

  private static ChildServer server;

  @BeforeAll
  static void boot() throws IOException {
    server = ChildServer.start(data);
    write("before");
    anchored();
  }

  @ParameterizedTest(name = "dies at {0}, and the restart repairs it")
  @EnumSource(CrashPoint.class)
  @DisplayName("REC-3 TX-1 nothing is lost and nothing there twice, wherever the server dies")
  void restartRepairs(CrashPoint point) throws IOException, InterruptedException {
    long size = server.gauge("anchor.log.size");
    String id = "row-" + point.name().toLowerCase(Locale.ROOT).replace('_', '-');
    URI ledger = ledger();
    if (point == CrashPoint.SENT) {
      rpc(ledger, "evm_setAutomine", "[false]");
    }
    point.arm(data);
    write(id);
    server.awaitDeath();
    if (point == CrashPoint.MINED) {
      rpc(ledger, "anvil_reorg", "[1,[]]");
    }
    CrashPoint.disarm(data);
    server = ChildServer.start(data);
    anchored();
    boolean stored = point != CrashPoint.BEFORE_COMMIT;
    assertThat(server.gauge("anchor.log.size")).isEqualTo(stored ? size + 1 : size);
    assertThat(server.request("GET", "fhir/Patient/" + id, "").orElseThrow().statusCode())
        .isEqualTo(stored ? 200 : 404);
    if (stored) {
      assertThat(server.get("fhir/Patient/" + id + "/$verify")).contains("\"verified\"");
    }
    assertThat(server.get("fhir/Patient/before/$verify")).contains("\"verified\"");
  }

  /** Nobody waits for an answer: some of these writes take the server with them. */
  private static void write(String id) {
    server.request(
        "PUT", "fhir/Patient/" + id, "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}");
  }

  /** All that was written is sequenced, and the newest head is final. */
  private static void anchored() {
    await()
        .atMost(90, SECONDS)
        .until(
            () ->
                server.gauge("anchor.pending") == 0
                    && server.gauge("anchor.anchored.size") == server.gauge("anchor.log.size"));
  }

  private static URI ledger() {
    return URI.create(
        server.get("actuator/info").replaceAll("(?s).*\"rpcUrl\":\"([^\"]+)\".*", "$1"));
  }

  private static void rpc(URI ledger, String method, String params)
      throws IOException, InterruptedException {
    String call =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
    HttpRequest request =
        HttpRequest.newBuilder(ledger)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(call))
            .build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body())
        .contains("\"result\"");
  }

  /** The last one reads the whole log, in this process. */
  @AfterAll
  static void audit() throws InterruptedException {
    server.stop();
    try (RunningServer last = RunningServer.start(data)) {
      new LogAuditor(last).leavesEqualVersions();
    }
  }
}
