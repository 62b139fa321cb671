package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.interceptors.store.scan.SnapshotScan;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.fhiranchor.interceptors.testing.KeptFindings;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** EXP-6 on PostgreSQL: the same statements find nothing in a whole store, and what was altered. */
@Tag("long")
final class StoreScanOnPostgresTest {
  private static Map<String, Kind> alterations() {
    Map<String, Kind> made = new LinkedHashMap<>();
    made.put(
        "update hfj_res_ver set res_text_vc = replace(res_text_vc, 'secret', 'public')",
        Kind.VERSION);
    made.put("update hfj_resource set res_ver = 1 where res_ver = 2", Kind.RESOURCE);
    made.put("delete from hfj_res_link where src_path = 'Observation.subject'", Kind.LINK);
    made.put("update anchor_leaf set salt = commitment where leaf_index = 1", Kind.LEAF);
    made.put("delete from anchor_leaf where leaf_index = 2", Kind.LEAF);
    made.put("update anchor_leaf set record = salt where record = ''", Kind.LEAF);
    made.put("update anchor_tile set hashes = root from anchor_log", Kind.TILE);
    made.put("update anchor_checkpoint set note = 'x' || note", Kind.CHECKPOINT);
    made.put("update anchor_log set tree_size = tree_size - 1", Kind.HEAD);
    made.put("update anchor_transaction set block_number = block_number + 1", Kind.ANCHOR);
    made.put("update anchor_transaction set block_number = block_number + 100000", Kind.ANCHOR);
    made.put("update disclosure set content = digest", Kind.DISCLOSURE);
    made.put("delete from disclosure", Kind.DISCLOSURE);
    made.put("update subject_key set bound_block = 0", Kind.KEY_BINDING);
    made.put("update consent_link set salt = ledger_id", Kind.CONSENT_LINK);
    made.put("update consent_state set revoked = true", Kind.CONSENT_STATE);
    made.put("update ledger_cursor set event_number = event_number + 1", Kind.CURSOR);
    made.put("update ledger_call set raw = data", Kind.CALL);
    made.put("delete from binary_reference", Kind.BINARY_REFERENCE);
    return made;
  }

  @Test
  @DisplayName("EXP-6 on PostgreSQL a whole store has no finding, and each altered table has")
  void findsWhatWasAltered(@TempDir Path data) throws SQLException {
    PostgresServer postgres = PostgresServer.start();
    try (postgres;
        GatedServer server =
            new GatedServer(
                data,
                "--spring.datasource.url=" + postgres.url(),
                "--spring.datasource.username=" + postgres.user())) {
      build(server);
      DataSource source = server.server().bean(DataSource.class);
      StoreScan scan = server.server().bean(StoreScan.class);
      KeptFindings found = new KeptFindings();
      new SnapshotScan(source, scan).scan(found);
      assertThat(found.all()).isEmpty();
      try (Connection connection = source.getConnection()) {
        connection.setAutoCommit(false);
        for (Map.Entry<String, Kind> one : alterations().entrySet()) {
          JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
          assertThat(jdbc.update(one.getKey())).as(one.getKey()).isPositive();
          KeptFindings named = new KeptFindings();
          scan.run(connection, named);
          connection.rollback();
          assertThat(named.all()).as(one.getKey()).anyMatch(it -> it.kind() == one.getValue());
        }
      }
    }
  }

  private static void build(GatedServer server) {
    server.patient("pg1");
    server.observation("o-pg1", "pg1");
    server.observation("o-pg2", "pg1");
    server.load(
        "Observation/o-pg1",
        GatedServer.observationOf(
            "o-pg1", "\"subject\":{\"reference\":\"Patient/pg1\"},\"valueString\":\"x\""));
    server.ask(server.tokens().loader(), "DELETE", "Observation/o-pg2", "");
    server.load(
        "Binary/pgb",
        "{\"resourceType\":\"Binary\",\"id\":\"pgb\",\"contentType\":\"text/plain\",\"data\":\"aGVsbG8=\"}");
    server.load(
        "DocumentReference/pgd",
        """
        {"resourceType":"DocumentReference","id":"pgd","status":"current",
         "subject":{"reference":"Patient/pg1"},
         "content":[{"attachment":{"url":"Binary/pgb"}}]}
        """);
    server.consent("c-pg1", "pg1", "pg-reader", "TREAT");
    String reader = server.tokens().practitioner("pg-reader", "TREAT");
    assertThat(server.get(reader, "Observation/o-pg1").statusCode()).isEqualTo(200);
    LogStore log = server.server().bean(LogStore.class);
    await()
        .atMost(120, SECONDS)
        .until(
            () -> log.pendingCount() == 0 && log.state().anchoredSize().equals(log.state().size()));
  }
}
