package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.fhiranchor.interceptors.testing.ChainOrders;
import org.fhiranchor.interceptors.testing.KeptFindings;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.Parameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Whoever runs the database or the chain, against the gate; refused for the right inner reason. */
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class OperatorAttackTest {
  private GatedServer server;
  private JdbcTemplate sql;
  private Path folder;
  private long chain;
  private String reader;

  @BeforeAll
  void boot(@TempDir Path data) {
    folder = data;
    Set<Long> before = children();
    server =
        new GatedServer(
            data,
            "--anchor.consent.max-staleness=3s",
            "--anchor.consent.refusal-status=404",
            "--management.endpoint.health.show-details=always");
    chain = children().stream().filter(pid -> !before.contains(pid)).findFirst().orElseThrow();
    sql = new JdbcTemplate(server.server().bean(DataSource.class));
    reader = server.tokens().practitioner("doc", "TREAT");
  }

  private static Set<Long> children() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").contains("anvil"))
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private String why(String observation) {
    String body =
        """
        {"resourceType":"Parameters","parameter":[
          {"name":"resource","valueString":"Observation/%s"},
          {"name":"reader","valueString":"Practitioner/doc"},
          {"name":"purpose","valueCode":"TREAT"}]}
        """
            .formatted(observation);
    HttpResponse<String> answer =
        server.ask(server.tokens().of(DemoRole.COMPLIANCE), "POST", "$explain-access", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return FhirContext.forR4Cached()
        .newJsonParser()
        .parseResource(Parameters.class, answer.body())
        .getParameter("why")
        .getValue()
        .primitiveValue();
  }

  private int read(String observation) {
    return server.get(reader, "Observation/" + observation).statusCode();
  }

  @Test
  @DisplayName(
      "DEC-1 a stored Consent that was never granted permits nothing, with a forged row either")
  void forgedRow() {
    server.patient("forged");
    server.observation("forged", "forged");
    server.consent("c-true", "forged", "doc", "HRESCH");
    server.load("Consent/c-forged", GatedServer.consentJson("c-forged", "forged", "doc", "TREAT"));
    server.get(server.tokens().patient("forged"), "Consent/c-forged/$prepare");
    assertThat(why("forged")).isEqualTo("NOT_ON_LEDGER");
    int forged =
        sql.update(
            "insert into consent_state (grantor, ledger_id, terms_hash, not_before, not_after,"
                + " grant_block, grant_transaction, revoked, revision) select l.grantor,"
                + " l.ledger_id, l.terms_hash, l.not_before, l.not_after, 1, s.grant_transaction,"
                + " false, (select max(revision) + 1 from consent_state) from consent_link l,"
                + " consent_state s where l.consent_id = 'c-forged' and s.ledger_id = (select"
                + " ledger_id from consent_link where consent_id = 'c-true')");
    assertThat(forged).isEqualTo(1);
    sql.update("update consent_follow set revision = (select max(revision) from consent_state)");
    await()
        .during(6, SECONDS)
        .atMost(120, SECONDS)
        .until(() -> read("forged") == 404 && why("forged").equals("NOT_ON_LEDGER"));
  }

  @Test
  @DisplayName("DEC-1 a granted Consent whose text was edited in the database permits nothing")
  void editedText() {
    server.patient("edited");
    server.observation("edited", "edited");
    server.consent("c-edited", "edited", "somebody", "TREAT");
    assertThat(why("edited")).isEqualTo("ACTOR");
    String own =
        server
            .get(server.tokens().patient("edited"), "Consent/c-edited")
            .body()
            .replace("Practitioner/somebody", "Practitioner/doc");
    server.load("Consent/c-edited", own);
    assertThat(read("edited")).isEqualTo(404);
    assertThat(why("edited")).isEqualTo("TERMS_CHANGED");
  }

  @Test
  @DisplayName(
      "CG-5, TX-10 a reorganisation that removes a grant takes the permit away until it is sent"
          + " again")
  void reorganised() throws IOException {
    server.patient("reorg");
    server.observation("reorg", "reorg");
    server.consent("c-reorg", "reorg", "doc", "TREAT");
    await().atMost(120, SECONDS).until(() -> read("reorg") == 200);
    ChainOrders orders = new ChainOrders(folder.resolve("chain"));
    orders.give("evm_setAutomine", false);
    try {
      orders.give("anvil_reorg", 4, List.of());
      await().atMost(120, SECONDS).until(() -> read("reorg") == 404);
      assertThat(why("reorg")).isEqualTo("NOT_ON_LEDGER");
    } finally {
      orders.give("evm_setAutomine", true);
      orders.give("anvil_mine", "0x1");
    }
    await().atMost(120, SECONDS).until(() -> read("reorg") == 200);
  }

  private LedgerConsent.Status onLedger(String consent) {
    ConsentKey key =
        sql.queryForObject(
            "select grantor, ledger_id from consent_link where consent_id = ?",
            (row, n) ->
                new ConsentKey(
                    new Address(row.getString(1)), new ConsentId(Digest.of(row.getBytes(2)))),
            consent);
    return server.server().bean(ConsentLedger.class).stateOf(key).status();
  }

  @Test
  @DisplayName("TX-10 revocations that the chain lost with its newest blocks are sent to it again")
  void lostBlocks() throws IOException {
    server.patient("lost");
    server.consent("c-lost", "lost", "doc", "TREAT");
    ChainOrders orders = new ChainOrders(folder.resolve("chain"));
    String before = orders.give("evm_snapshot").asText();
    long anchored = anchored();
    String patient = server.tokens().patient("lost");
    String revoke = "Consent/c-lost/$revoke";
    assertThat(
            server.ask(patient, "POST", revoke, "{\"resourceType\":\"Parameters\"}").statusCode())
        .isEqualTo(200);
    await().atMost(120, SECONDS).until(() -> onLedger("c-lost") == LedgerConsent.Status.REVOKED);
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                server.get(patient, "Consent/c-lost/$ledger-status").body().contains("\"final\""));
    await().atMost(120, SECONDS).until(() -> anchored() > anchored);
    orders.give("evm_revert", before);
    assertThat(onLedger("c-lost")).isEqualTo(LedgerConsent.Status.GRANTED);
    await().atMost(120, SECONDS).until(() -> onLedger("c-lost") == LedgerConsent.Status.REVOKED);
    await()
        .atMost(120, SECONDS)
        .pollInterval(1, SECONDS)
        .untilAsserted(() -> assertThat(anchorsNotOnLedger()).isEmpty());
  }

  private long anchored() {
    return server.server().bean(LogStore.class).state().anchoredSize().value();
  }

  /** What a scan of the store says of anchors. */
  private List<Finding> anchorsNotOnLedger() throws SQLException {
    KeptFindings found = new KeptFindings();
    try (Connection store = server.server().bean(DataSource.class).getConnection()) {
      server.server().bean(StoreScan.class).run(store, found);
    }
    return found.all().stream().filter(one -> one.kind() == Finding.Kind.ANCHOR).toList();
  }

  @Test
  @DisplayName(
      "CG-6 while the ledger is away: 503 with Retry-After, health says so, back by itself")
  void ledgerAway() throws IOException, InterruptedException {
    server.patient("stale");
    server.observation("stale", "stale");
    server.consent("c-stale", "stale", "doc", "TREAT");
    await().atMost(120, SECONDS).until(() -> read("stale") == 200);
    signal("STOP");
    try {
      await().atMost(120, SECONDS).until(() -> read("stale") == 503);
      HttpResponse<String> refused = server.get(reader, "Observation/stale");
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(refused.body()).contains("at the moment: the ledger has not been heard");
      assertThat(server.get(reader, "Observation/nowhere").body()).isEqualTo(refused.body());
      assertThat(server.get(reader, "Practitioner/doc").statusCode()).isEqualTo(200);
      String through = "Practitioner?_has:Observation:performer:status=final";
      assertThat(server.get(reader, through).body()).isEqualTo(refused.body());
      assertThat(server.get(server.tokens().patient("stale"), "Observation/stale").statusCode())
          .isEqualTo(200);
      assertThat(health()).contains("max-staleness").contains("DOWN");
    } finally {
      signal("CONT");
    }
    await().atMost(120, SECONDS).until(() -> read("stale") == 200);
  }

  private String health() {
    return server
        .server()
        .send(HttpRequest.newBuilder(server.server().url("actuator/health")))
        .body();
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(chain)).start();
    assertThat(kill.waitFor()).isZero();
  }
}
