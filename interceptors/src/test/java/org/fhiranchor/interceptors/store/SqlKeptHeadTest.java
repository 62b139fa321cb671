package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  @DisplayName("CP-3 one head is kept first, and a larger one in place of what was read (H2)")
  void keepsOnH2() throws Exception {
    first(memory());
  }

  @Test
  @DisplayName("CP-3 one head is kept first, and a larger one in place of what was read")
  void keepsOnPostgres() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      first(postgres);
    }
  }

  private void first(DataSource data) throws Exception {
    assertThat(of(data, key).read()).isEmpty();
    ExecutorService nodes = Executors.newFixedThreadPool(NODES);
    try {
      List<Future<?>> kept = new ArrayList<>();
      for (int node = 0; node < NODES; node++) {
        SignedCheckpoint head = head(100 + node);
        kept.add(nodes.submit(() -> of(data, key).keep(head, Optional.empty())));
      }
      for (Future<?> one : kept) {
        one.get();
      }
    } finally {
      nodes.shutdown();
    }
    SqlKeptHead heads = of(data, key);
    SignedCheckpoint before = heads.read().orElseThrow();
    heads.keep(head(99), Optional.of(before));
    assertThat(heads.read()).contains(before);
    heads.keep(head(200), Optional.of(before));
    assertThat(heads.read()).contains(head(200));
    heads.keep(head(300), Optional.of(before));
    assertThat(heads.read()).as("another node kept 200 meanwhile").contains(head(200));
    assertThat(of(data, LogSigningKey.generate("log.example.org", new SecureRandom())).read())
        .isEmpty();
  }

  @Test
  @DisplayName("CP-3 what is no signed checkpoint is a contradiction, not an empty row")
  void refusesWhatIsNone() {
    DataSource data = memory();
    SqlKeptHead heads = of(data, key);
    heads.keep(head(3), Optional.empty());
    new JdbcTemplate(data).update("update log_head set note = 'none'");
    assertThatThrownBy(heads::read).isInstanceOf(CorruptLogException.class);
  }
}
