package org.fhiranchor.interceptors.store;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.ConsentJournal;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What two nodes bind to one patient at the same time, on both databases (KEY-4, WHO-6). */
final class SqlSubjectKeysTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final LogSigningKey KEY = LogSigningKey.generate("example.org/bound", RANDOM);
  private static final PatientId PATIENT = new PatientId("p");

  /** Sessions that wait for a row of the one that asks. */
  private static final String WAITING_ON_POSTGRES =
      "select pid from pg_locks where not granted and pg_backend_pid() ="
          + " any(pg_blocking_pids(pid))";

  private static final String WAITING_ON_H2 =
      "select session_id from information_schema.sessions where blocker_id = session_id()";

  @Test
  @DisplayName("KEY-4 WHO-6 on PostgreSQL a key takes the place of the one alone that was known")
  void bindsAsDecidedOnPostgres() {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      bindsAsDecided(postgres, WAITING_ON_POSTGRES);
    }
  }

  @Test
  @DisplayName("KEY-4 WHO-6 on H2 a key takes the place of the one alone that was known")
  void bindsAsDecidedOnH2() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000");
    bindsAsDecided(h2, WAITING_ON_H2);
  }

  private static void bindsAsDecided(DataSource data, String waiting) {
    AnchorSchema.migrate(data);
    SqlSubjectKeys keys = node(data);
    assertThat(keys.subject(PATIENT)).isNotNull();
    assertThat(whileAnotherIsBound(data, waiting, 0)).as("no key was known").isFalse();
    assertThat(whileAnotherIsBound(data, waiting, 1)).as("one was known").isFalse();
    assertThat(keys.of(PATIENT)).extracting(SubjectKey::isBound).containsExactly(true, false);
    assertThat(keys.bind(PATIENT, key(3), 1)).isFalse();
    assertThat(keys.bind(PATIENT, key(3), 2)).isTrue();
    assertThat(keys.current(PATIENT)).contains(key(3));
  }

  /** The second begins before the first is committed; whether the second was bound. */
  private static boolean whileAnotherIsBound(DataSource data, String waiting, int known) {
    JdbcTemplate jdbc = new JdbcTemplate(data);
    CompletableFuture<Boolean> second =
        requireNonNull(
            transactions(data)
                .execute(
                    status -> {
                      assertThat(node(data).bind(PATIENT, key(1), known)).isTrue();
                      CompletableFuture<Boolean> other =
                          CompletableFuture.supplyAsync(
                              () -> node(data).bind(PATIENT, key(2), known));
                      await()
                          .pollInSameThread()
                          .atMost(30, SECONDS)
                          .until(() -> !jdbc.queryForList(waiting).isEmpty());
                      return other;
                    }));
    assertThat(second).succeedsWithin(30, SECONDS);
    return second.join();
  }

  private static SqlSubjectKeys node(DataSource data) {
    JdbcTemplate jdbc = new JdbcTemplate(data);
    ConsentJournal journal =
        new ConsentJournal(
            new SqlLogStore(jdbc, transactions(data), new PendingSeal(KEY)),
            RANDOM,
            Clock.systemUTC());
    return new SqlSubjectKeys(jdbc, transactions(data), journal, RANDOM);
  }

  private static TransactionTemplate transactions(DataSource data) {
    return new TransactionTemplate(new DataSourceTransactionManager(data));
  }

  private static SubjectKey key(int number) {
    Address address = Address.parse("0x" + "%02x".formatted(number).repeat(20));
    return new SubjectKey(address, Optional.empty(), number, Optional.empty());
  }
}
