package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureStore.Row;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** A disclosure and its leaf are there together or not at all, however they are written. */
final class DisclosureWritesTest {
  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/log", random);
  private final Digest subject = new SubjectTags(new byte[32]).of(Optional.of(new PatientId("p")));

  @Test
  @DisplayName("DIS-2 on H2 disclosures and their leaves are written together, in their order")
  void onH2() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    together(h2, h2);
  }

  @Test
  @DisplayName("DIS-2 on PostgreSQL they are, as one statement, or where a pool commits nothing")
  void onPostgres() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      together(database(server, "one"), database(server, "one"));
      together(database(server, "two"), new CommitsNothing(database(server, "two")));
    }
  }

  private static DataSource database(PostgresServer server, String schema) {
    PGSimpleDataSource postgres = new PGSimpleDataSource();
    postgres.setUrl(server.url());
    postgres.setUser(server.user());
    new JdbcTemplate(postgres).execute("create schema if not exists " + schema);
    postgres.setCurrentSchema(schema);
    return postgres;
  }

  private void together(DataSource seen, DataSource written) {
    AnchorSchema.migrate(seen);
    JdbcTemplate jdbc = new JdbcTemplate(seen);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    PendingSeal seals = new PendingSeal(key);
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(written));
    SqlLogStore log = new SqlLogStore(new JdbcTemplate(written), transactions, seals);
    SqlDisclosureStore store =
        new SqlDisclosureStore(
            new JdbcTemplate(written), transactions, log, seals, JournalContents.plain());

    jdbc.execute("alter table anchor_pending rename to away");
    assertThatExceptionOfType(DataAccessException.class)
        .isThrownBy(() -> store.write(List.of(row("lost")), List.of()));
    jdbc.execute("alter table away rename to anchor_pending");
    assertThat(jdbc.queryForObject("select count(*) from disclosure", Long.class)).isZero();

    store.write(IntStream.range(0, 300).mapToObj(i -> row("r" + i)).toList(), List.of());
    assertThat(new Sequencer(log, key, 1_000).sequence()).contains(300);
    List<Digest> told =
        jdbc.query(
            "select digest from disclosure order by disclosure_id",
            (row, n) -> Digest.of(row.getBytes(1)));
    assertThat(log.leaves(new LeafIndex(0), new LeafIndex(300)))
        .extracting(leaf -> ((Statement.Disclosure) leaf.statement()).record())
        .containsExactlyElementsOf(told);
  }

  private Row row(String text) {
    SaltedRecord record =
        SaltedRecord.of(
            new JsonValue.Obj(Map.of("text", new JsonValue.Str(text))), Salt.random(random));
    Statement statement = Statement.Disclosure.waiting(Instant.now(), subject, record.digest());
    return new Row(
        subject,
        SubjectTags.NOBODY,
        false,
        0,
        record.json(),
        new PendingLeaf(statement, Salt.random(random), ""));
  }

  /** As a pool with {@code auto-commit: false} hands them out. */
  private static final class CommitsNothing extends DelegatingDataSource {
    CommitsNothing(DataSource database) {
      super(database);
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      connection.setAutoCommit(false);
      return connection;
    }
  }
}
