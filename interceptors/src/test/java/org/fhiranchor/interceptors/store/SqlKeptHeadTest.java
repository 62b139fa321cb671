package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeSize;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** CP-3: all nodes keep one head, and it never goes back. */
final class SqlKeptHeadTest {
  private static final int NODES = 8;

  private final LogSigningKey key = LogSigningKey.generate("log.example.org", new SecureRandom());

  private static DataSource memory() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000");
    return h2;
  }

  private SqlKeptHead of(DataSource data, LogSigningKey log) {
    return new SqlKeptHead(
        new SqlTombstones.Source(data, () -> true, () -> {}, true, () -> {}), log.verifierKey());
  }

  private SignedCheckpoint head(long size) {
    return key.sign(new Checkpoint("log.example.org", new TreeSize(size), TreeHash.EMPTY));
  }

  @Test
  @DisplayName("CP-3 the largest head stays, whichever node keeps it at the same moment (H2)")
  void largestOnH2() throws Exception {
    largest(memory());
  }

  @Test
  @DisplayName("CP-3 the largest head stays, whichever node keeps it at the same moment")
  void largestOnPostgres() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      largest(postgres);
    }
  }

  private void largest(DataSource data) throws Exception {
    assertThat(of(data, key).read()).isEmpty();
    ExecutorService nodes = Executors.newFixedThreadPool(NODES);
    try {
      List<Future<?>> kept = new ArrayList<>();
      for (int node = 0; node < NODES; node++) {
        SignedCheckpoint head = head(100 + node);
        kept.add(nodes.submit(() -> of(data, key).keep(head)));
      }
      for (Future<?> one : kept) {
        one.get();
      }
    } finally {
      nodes.shutdown();
    }
    assertThat(of(data, key).read()).contains(head(100 + NODES - 1));
    of(data, key).keep(head(99));
    assertThat(of(data, key).read()).contains(head(100 + NODES - 1));
    assertThat(of(data, LogSigningKey.generate("log.example.org", new SecureRandom())).read())
        .isEmpty();
  }

  @Test
  @DisplayName("CP-3 what is no signed checkpoint is a contradiction, not an empty row")
  void refusesWhatIsNone() {
    DataSource data = memory();
    SqlKeptHead heads = of(data, key);
    heads.keep(head(3));
    new JdbcTemplate(data).update("update log_head set note = 'none'");
    assertThatThrownBy(heads::read).isInstanceOf(CorruptLogException.class);
  }
}
