package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.PasskeyUse;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

final class SqlKeyUsesTest {
  private static final PatientId PATIENT = new PatientId("p");
  private static final Address KEY = Address.parse("0x" + "ab".repeat(20));

  private static PasskeyUse use(long count) {
    return new PasskeyUse(count, false, false, Digest.sha256(new byte[] {(byte) count}));
  }

  @Test
  @DisplayName("KEY-3 of two signatures at once the later count stays, on PostgreSQL")
  void countsOnlyOn() throws Exception {
    try (PostgresServer server = PostgresServer.start();
        Closing threads = new Closing(Executors.newSingleThreadExecutor())) {
      PGSimpleDataSource data = new PGSimpleDataSource();
      data.setUrl(server.url());
      data.setUser(server.user());
      AnchorSchema.migrate(data);
      JdbcTemplate jdbc = new JdbcTemplate(data);
      jdbc.update(
          "insert into subject_key (patient, address, custody, bound_block) values"
              + " (?,?,'holder',1)",
          PATIENT.value(),
          KEY.hex());
      SqlKeyUses uses = new SqlKeyUses(jdbc);
      assertThat(uses.keep(PATIENT, KEY, use(5))).isTrue();

      Future<Boolean> behind =
          new TransactionTemplate(new DataSourceTransactionManager(data))
              .execute(
                  status -> {
                    assertThat(uses.keep(PATIENT, KEY, use(8))).isTrue();
                    Future<Boolean> other =
                        threads.pool().submit(() -> uses.keep(PATIENT, KEY, use(7)));
                    await().until(() -> waiting(new JdbcTemplate(data)));
                    return other;
                  });

      assertThat(behind).isNotNull();
      assertThat(behind.get(1, TimeUnit.MINUTES)).isFalse();
      assertThat(uses.of(PATIENT).get(0).use()).contains(use(8));
      assertThat(uses.keep(PATIENT, KEY, use(9))).isTrue();
    }
  }

  private static boolean waiting(JdbcTemplate jdbc) {
    return !jdbc.queryForList(
            "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'update"
                + " subject_key%'")
        .isEmpty();
  }

  private record Closing(ExecutorService pool) implements AutoCloseable {
    @Override
    public void close() {
      pool.shutdownNow();
    }
  }
}
