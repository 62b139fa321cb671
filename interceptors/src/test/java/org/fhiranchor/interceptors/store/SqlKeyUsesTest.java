package org.fhiranchor.interceptors.store;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.PasskeyUse;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.merkle.Digest;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What two uses of one passkey at the same time keep, on both databases (KEY-3). */
final class SqlKeyUsesTest {
  private static final PatientId PATIENT = new PatientId("p");
  private static final Address KEY = new Address("0x" + "a1".repeat(20));

  /** Sessions that wait for a row of another one. */
  private static final String WAITING_ON_POSTGRES =
      "select count(*) from pg_stat_activity"
          + " where datname = current_database() and wait_event_type = 'Lock'";

  private static final String WAITING_ON_H2 =
      "select count(*) from information_schema.sessions where blocker_id is not null";

  @Test
  @DisplayName("KEY-3 on PostgreSQL the older of two uses at once is refused")
  void refusesTheOlderOnPostgres() {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      refusesTheOlder(postgres, WAITING_ON_POSTGRES);
    }
  }

  @Test
  @DisplayName("KEY-3 on H2 the older of two uses at once is refused")
  void refusesTheOlderOnH2() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000");
    refusesTheOlder(h2, WAITING_ON_H2);
  }

  private static void refusesTheOlder(DataSource data, String waiting) {
    AnchorSchema.migrate(data);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    // Bound twice: both of its rows keep the use.
    for (int i = 0; i < 2; i++) {
      jdbc.update(
          "insert into subject_key (patient, address, custody, bound_block) values"
              + " (?,?,'holder',0)",
          PATIENT.value(),
          KEY.hex());
    }
    SqlKeyUses uses = new SqlKeyUses(jdbc);
    assertThat(uses.keep(PATIENT, KEY, use(7))).isTrue();
    assertThat(whileAnotherIsKept(data, waiting, 9, 8)).as("the older one").isFalse();
    assertThat(counts(jdbc)).containsExactly(9L, 9L);
    assertThat(whileAnotherIsKept(data, waiting, 10, 11)).as("the newer one").isTrue();
    assertThat(counts(jdbc)).containsExactly(11L, 11L);
    assertThat(whileAnotherIsKept(data, waiting, 12, 12)).as("the same again").isTrue();
    assertThat(uses.keep(PATIENT, KEY, use(11))).isFalse();
    assertThat(counts(jdbc)).containsExactly(12L, 12L);
  }

  /** The second begins before the first is committed; whether the second was kept. */
  private static boolean whileAnotherIsKept(
      DataSource data, String waiting, long first, long second) {
    JdbcTemplate jdbc = new JdbcTemplate(data);
    CompletableFuture<Boolean> kept =
        requireNonNull(
            new TransactionTemplate(new DataSourceTransactionManager(data))
                .execute(
                    status -> {
                      assertThat(new SqlKeyUses(jdbc).keep(PATIENT, KEY, use(first))).isTrue();
                      CompletableFuture<Boolean> other =
                          CompletableFuture.supplyAsync(
                              () ->
                                  new SqlKeyUses(new JdbcTemplate(data))
                                      .keep(PATIENT, KEY, use(second)));
                      await()
                          .atMost(30, SECONDS)
                          .until(
                              () ->
                                  Integer.valueOf(1)
                                      .equals(jdbc.queryForObject(waiting, Integer.class)));
                      return other;
                    }));
    assertThat(kept).succeedsWithin(30, SECONDS);
    return kept.join();
  }

  private static PasskeyUse use(long count) {
    return new PasskeyUse(count, true, true, Digest.sha256(new byte[] {(byte) count}));
  }

  private static List<Long> counts(JdbcTemplate jdbc) {
    return jdbc.queryForList("select sign_count from subject_key", Long.class);
  }
}
