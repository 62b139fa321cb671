package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.scan.ScanListener;
import org.fhiranchor.interceptors.store.SqlDisclosureStore;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * EXP-6: the whole store is held against log and ledger. The database of a running server is
 * copied; each alteration is made in a transaction that is rolled back.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StoreScanTest {
  private static final int ALTERATIONS = Integer.getInteger("test.alterations", 60);
  private static final long SEED = Long.getLong("test.seed", 20261129);

  private GatedServer server;
  private Connection copy;
  private JdbcTemplate jdbc;

  @BeforeAll
  void build(@TempDir Path data) throws SQLException {
    server = new GatedServer(data);
    ForgeryWorld world = new ForgeryWorld(server);
    world.build();
    more();
    LogStore log = server.server().bean(LogStore.class);
    await()
        .atMost(60, SECONDS)
        .until(
            () -> {
              LogState state = log.state();
              return log.pendingCount() == 0 && state.anchoredSize().equals(state.size());
            });
    copy(data.resolve("copy.sql"));
    addPending();
  }

  @AfterAll
  void end() throws SQLException {
    copy.close();
    server.close();
  }

  /** Versions, deletions, Binaries, links of all kinds, pages, a second tile. */
  private void more() {
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
              "\"subject\":{\"reference\":\"Patient/fopen\"},\"valueString\":\"x%d\"".formatted(i)));
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

  private void copy(Path script) throws SQLException {
    new JdbcTemplate(server.server().bean(DataSource.class))
        .queryForList("script to '" + script + "'");
    copy = DriverManager.getConnection("jdbc:h2:mem:scan");
    jdbc = new JdbcTemplate(new SingleConnectionDataSource(copy, true));
    jdbc.execute("runscript from '" + script + "'");
    copy.setAutoCommit(false);
  }

  /** A disclosure whose leaf waits. */
  private void addPending() throws SQLException {
    DataSource data = new SingleConnectionDataSource(copy, true);
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(data));
    LogSigningKey key = server.server().bean(LogSigningKey.class);
    SqlLogStore store = new SqlLogStore(jdbc, transactions, new PendingSeal(key));
    SqlDisclosureStore journal = new SqlDisclosureStore(jdbc, transactions, store);
    Digest subject =
        server.server().bean(SubjectTags.class).of(Optional.of(new PatientId("fopen")));
    for (int i = 0; i < 3; i++) {
      String json = "{\"rule\":\"BREAK_GLASS\",\"v\":" + i + "}";
      Instant now = Instant.now();
      Statement leaf =
          Statement.Disclosure.waiting(
              now, subject, Digest.sha256(json.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      journal.write(
          List.of(
              new DisclosureStore.Row(
                  subject,
                  true,
                  now.toEpochMilli(),
                  json,
                  new PendingLeaf(leaf, Salt.random(new SecureRandom()), ""))),
          List.of());
    }
    copy.commit();
    copy.setAutoCommit(false);
  }

  private List<Finding> scan() {
    List<Finding> found = Collections.synchronizedList(new ArrayList<>());
    server.server().bean(StoreScan.class).run(copy, listener(found));
    return found;
  }

  private static ScanListener listener(List<Finding> found) {
    return new ScanListener() {
      @Override
      public void found(Finding finding) {
        found.add(finding);
      }

      @Override
      public boolean goOn(long done, long total) {
        return done <= total;
      }
    };
  }

  @Test
  @DisplayName("EXP-6 a store that nobody altered has no finding")
  void findsNothingInAWholeStore() {
    assertThat(scan()).isEmpty();
  }

  @Test
  @DisplayName("EXP-6 random alterations of every table are found, all of them, each named")
  void findsEveryAlteration() throws SQLException {
    System.out.println("store alterations seed=" + SEED + " number=" + ALTERATIONS);
    StoreAlterations alterations = new StoreAlterations(jdbc, new Random(SEED));
    List<String> missed = new ArrayList<>();
    for (int i = 0; i < ALTERATIONS; i++) {
      StoreAlterations.Made made = alterations.one();
      List<Finding> found = scan();
      copy.rollback();
      if (found.stream().noneMatch(finding -> made.kinds().contains(finding.kind()))) {
        missed.add(i + " " + made.what() + ", found " + found);
      }
    }
    assertThat(missed).isEmpty();
  }

  @Test
  @DisplayName("EXP-6 a scan ends where its listener wants it to")
  void endsWhenItIsCancelled() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                server
                    .server()
                    .bean(StoreScan.class)
                    .run(
                        copy,
                        new ScanListener() {
                          @Override
                          public void found(Finding finding) {
                            throw new AssertionError(finding);
                          }

                          @Override
                          public boolean goOn(long done, long total) {
                            return false;
                          }
                        }))
        .isInstanceOf(CancellationException.class);
  }
}
