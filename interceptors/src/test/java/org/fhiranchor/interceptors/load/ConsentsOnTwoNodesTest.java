package org.fhiranchor.interceptors.load;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Grants and revocations over HTTP through a node whose consents and anchors share one account, a
 * block a second, while both nodes anchor with that account.
 */
@SuppressWarnings("NullAway.Init")
final class ConsentsOnTwoNodesTest {
  private static final int CONSENTS = Integer.getInteger("test.trial.consents", 64);
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

  @TempDir static Path folder;

  private static RunningServer first;
  private static RunningServer second;
  private int ticks;

  @BeforeAll
  static void boot() throws Exception {
    PostgresServer postgres = opened(PostgresServer.start());
    String[] settings = {
      "--spring.datasource.url=" + postgres.url(),
      "--spring.datasource.username=" + postgres.user(),
      "--anchor.ledger.interval=1s",
      "--anchor.consent.wait=0s"
    };
    Path data = folder.resolve("first");
    first = opened(RunningServer.start(data, settings));
    Path joining = Files.createDirectories(folder.resolve("second"));
    Files.copy(data.resolve("custody-key"), joining.resolve("custody-key"));
    second = opened(RunningServer.start(joining, SecondNode.of(first, data, settings)));
    anvil("evm_setAutomine", "false");
    anvil("evm_setIntervalMining", "1");
  }

  private static <T extends AutoCloseable> T opened(T one) {
    OPEN.push(one);
    return one;
  }

  @AfterAll
  static void stop() throws Exception {
    while (!OPEN.isEmpty()) {
      OPEN.pop().close();
    }
  }

  private static void anvil(String method, String parameter) throws Exception {
    String rpc =
        new ObjectMapper().readTree(first.bytes("actuator/info").body()).path("rpcUrl").asText();
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":[%s]}"
            .formatted(method, parameter);
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(rpc))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  @DisplayName("TX-7 no grant and no revocation is lost, repeated or outbid while anchors run")
  void losesNothing() {
    IntStream.range(0, CONSENTS).forEach(this::patient);
    everyone("$grant");
    reach("granted");
    everyone("$revoke");
    reach("revoked");
    JdbcTemplate jdbc = new JdbcTemplate(second.bean(DataSource.class));
    String consents = "select count(*) from ledger_call where kind in ('GRANT', 'REVOCATION')";
    assertThat(jdbc.queryForObject(consents, Integer.class)).isEqualTo(2 * CONSENTS);
    assertThat(
            jdbc.queryForObject(
                "select count(*) from ledger_call where tries > 1 or state = 'FAILED'",
                Integer.class))
        .isZero();
    assertThat(
            jdbc.queryForObject(
                "select count(*) from anchor_transaction where state = 'FINAL'", Integer.class))
        .as("anchors meanwhile")
        .isGreaterThan(2);
  }

  private void patient(int number) {
    String id = "two-" + number;
    ok("PUT", "Patient/" + id, "{\"resourceType\":\"Patient\",\"id\":\"%s\"}".formatted(id));
    ok("PUT", "Consent/" + id, consent(id));
    ok(
        "POST",
        "Patient/" + id + "/$enroll-key",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"custody\",\"valueString\":\"server\"}]}");
  }

  private static String consent(String id) {
    return """
    {"resourceType":"Consent","id":"%s","status":"active",
     "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
       "code":"patient-privacy"}]},
     "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
     "patient":{"reference":"Patient/%s"},
     "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode",
       "code":"OPTIN"}]},
     "provision":{"type":"permit"}}
    """
        .formatted(id, id);
  }

  private static void ok(String method, String path, String body) {
    HttpResponse<String> answer = second.fhir(method, path, body);
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isBetween(200, 299);
  }

  private void everyone(String operation) {
    for (int i = 0; i < CONSENTS; i++) {
      ok("POST", "Consent/two-" + i + "/" + operation, "{\"resourceType\":\"Parameters\"}");
      tick();
    }
  }

  /** Something to anchor. */
  private void tick() {
    ticks++;
    String body =
        "{\"resourceType\":\"Patient\",\"id\":\"tick\",\"active\":%s}".formatted(ticks % 2 == 0);
    assertThat(first.fhir("PUT", "Patient/tick", body).statusCode()).isBetween(200, 299);
  }

  private void reach(String state) {
    await()
        .atMost(60L + 2L * CONSENTS, SECONDS)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              tick();
              return IntStream.range(0, CONSENTS).allMatch(i -> status(i).contains(state));
            });
  }

  private static String status(int number) {
    return first.fhir("GET", "Consent/two-" + number + "/$ledger-status", "").body();
  }
}
