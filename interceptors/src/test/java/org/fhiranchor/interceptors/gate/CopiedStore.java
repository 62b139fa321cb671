package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.store.SqlDisclosureStore;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A server that runs, with some of all that a scan of the store looks at, and a copy of its
 * database in memory.
 *
 * @param copy with its transaction open: what a test alters is rolled back
 */
record CopiedStore(GatedServer server, Connection copy, JdbcTemplate jdbc)
    implements AutoCloseable {
  static CopiedStore build(Path data) throws SQLException {
    GatedServer server = new GatedServer(data, "--management.endpoint.health.show-details=always");
    new ForgeryWorld(server).build();
    more(server);
    LogStore log = server.server().bean(LogStore.class);
    JdbcTemplate live = new JdbcTemplate(server.server().bean(DataSource.class));
    await()
        .atMost(120, SECONDS)
        .until(
            () -> {
              LogState state = log.state();
              // Refusals that are counted get their leaf when their minute is over.
              return Integer.valueOf(0)
                      .equals(
                          live.queryForObject(
                              "select count(*) from disclosure_refusals", Integer.class))
                  && log.pendingCount() == 0
                  && state.anchoredSize().equals(state.size());
            });
    CopiedStore store = copied(server, data.resolve("copy.sql"));
    store.addPending();
    return store;
  }

  private static CopiedStore copied(GatedServer server, Path script) throws SQLException {
    new JdbcTemplate(server.server().bean(DataSource.class))
        .queryForList("script to '" + script + "'");
    Connection copy = DriverManager.getConnection("jdbc:h2:mem:scan");
    JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(copy, true));
    jdbc.execute("runscript from '" + script + "'");
    copy.setAutoCommit(false);
    return new CopiedStore(server, copy, jdbc);
  }

  /** Versions, deletions, Binaries, links of all kinds, pages, a second tile. */
  private static void more(GatedServer server) {
    server.load(
        "Binary/b1",
        "{\"resourceType\":\"Binary\",\"id\":\"b1\",\"contentType\":\"text/plain\",\"data\":\"aGVsbG8=\"}");
    server.load(
        "DocumentReference/d1",
        """
        {"resourceType":"DocumentReference","id":"d1","status":"current",
         "meta":{"tag":[{"code":"b"},{"code":"a"}],"profile":["http://x/p"],"source":"http://src"},
         "subject":{"reference":"Patient/fopen"},
         "content":[{"attachment":{"url":"Binary/b1"}}]}
        """);
    server.load(
        "Encounter/e1",
        """
        {"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},
         "subject":{"reference":"Patient/fopen"},
         "participant":[{"individual":{"reference":"Practitioner/forging-doctor"}}]}
        """);
    server.load(
        "MedicationRequest/m1",
        """
        {"resourceType":"MedicationRequest","id":"m1","status":"active","intent":"order",
         "subject":{"reference":"Patient/fopen"},"encounter":{"reference":"Encounter/e1"},
         "contained":[{"resourceType":"Medication","id":"x","code":{"text":"y"}}],
         "medicationReference":{"reference":"#x"},
         "requester":{"reference":"Practitioner/forging-doctor"}}
        """);
    for (int i = 0; i < 3; i++) {
      server.load(
          "Observation/o-fopen",
          GatedServer.observationOf(
              "o-fopen",
              "\"subject\":{\"reference\":\"Patient/fopen\"},\"valueString\":\"x%d\""
                  .formatted(i)));
    }
    String loader = server.tokens().loader();
    server.ask(loader, "DELETE", "Observation/o-fopen", "");
    server.load(
        "Observation/o-fopen",
        GatedServer.observationOf("o-fopen", "\"subject\":{\"reference\":\"Patient/fopen\"}"));
    server.ask(loader, "DELETE", "Observation/o-fother", "");
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < 150; i++) {
      entries.append(i == 0 ? "" : ",");
      entries.append(
          "{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"Observation/many%d\"}}"
              .formatted(
                  GatedServer.observationOf(
                      "many" + i, "\"subject\":{\"reference\":\"Patient/fopen\"}"),
                  i));
    }
    entries.append(",{\"request\":{\"method\":\"DELETE\",\"url\":\"Encounter/none\"}}");
    entries.append(",{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/o-frevoked\"}}");
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entries + "]}";
    assertThat(server.ask(loader, "POST", "", bundle).statusCode()).isEqualTo(200);
    String reader = server.tokens().practitioner(ForgeryWorld.READER, "TREAT");
    assertThat(server.get(reader, "Observation?patient=fopen&_count=5").statusCode())
        .isEqualTo(200);
  }

  /** A disclosure whose leaf waits. */
  private void addPending() throws SQLException {
    DataSource data = new SingleConnectionDataSource(copy, true);
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(data));
    LogSigningKey key = server.server().bean(LogSigningKey.class);
    PendingSeal seals = new PendingSeal(key);
    SqlLogStore store = new SqlLogStore(jdbc, transactions, seals);
    SqlDisclosureStore journal =
        new SqlDisclosureStore(
            jdbc, transactions, store, seals, server.server().bean(JournalContents.class));
    Digest subject =
        server.server().bean(SubjectTags.class).of(Optional.of(new PatientId("fopen")));
    for (int i = 0; i < 3; i++) {
      String json = "{\"rule\":\"BREAK_GLASS\",\"v\":" + i + "}";
      Instant now = Instant.now();
      Statement leaf =
          Statement.Disclosure.waiting(now, subject, Digest.sha256(json.getBytes(UTF_8)));
      journal.write(
          List.of(
              new DisclosureStore.Row(
                  subject,
                  SubjectTags.NOBODY,
                  true,
                  now.toEpochMilli(),
                  json,
                  new PendingLeaf(leaf, Salt.random(new SecureRandom()), ""))),
          List.of());
    }
    copy.commit();
    copy.setAutoCommit(false);
  }

  @Override
  public void close() throws SQLException {
    copy.close();
    server.close();
  }
}
