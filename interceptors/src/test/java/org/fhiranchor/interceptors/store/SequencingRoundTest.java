package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.LogTransaction;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Rounds of many leaves, in the words of both databases. */
final class SequencingRoundTest {
  private static final int LEAVES = 1000;
  private static final int RESOURCES = 60;
  private static final int BATCH = 300;
  private static final long SEED = 20261122;

  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/log", random);

  @Test
  @DisplayName("STM-2 on H2 every leaf names the one before it, across rounds and gaps in numbers")
  void linksOnH2() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    links(h2);
  }

  @Test
  @DisplayName("STM-2 on PostgreSQL every leaf names the one before it, across rounds and gaps")
  void linksOnPostgres() {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      links(postgres);
    }
  }

  @Test
  @DisplayName("REC-3 a number in a gap is not deleted with its neighbours")
  void keepsGaps() {
    List<LogTransaction.Waiting> done =
        LongStream.of(3, 4, 5, 9, 11, 12)
            .mapToObj(id -> new LogTransaction.Waiting(id, leaf(1, 1)))
            .toList();
    assertThat(SqlLogTransaction.runs(done))
        .containsExactly(new Object[] {3L, 5L}, new Object[] {9L, 9L}, new Object[] {11L, 12L});
    assertThat(SqlLogTransaction.runs(List.of())).isEmpty();
  }

  private void links(DataSource dataSource) {
    AnchorSchema.migrate(dataSource);
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    AnchorSchema.openLog(jdbc, key.verifierKey());
    LogStore store = new SqlLogStore(jdbc, transactions, new PendingSeal(key));
    int added = fill(store, jdbc, transactions);

    Sequencer sequencer = new Sequencer(store, key, BATCH);
    int numbered = 0;
    for (int round = 0; numbered < added; round++) {
      assertThat(round).isLessThan(LEAVES / BATCH + 1);
      numbered += sequencer.sequence().orElseThrow();
    }
    assertThat(store.pendingCount()).isZero();
    everyLeafNamesTheOneBefore(store, added);
  }

  /** Every seventh write is rolled back, as it were: its number is left out. */
  private int fill(LogStore store, JdbcTemplate jdbc, TransactionTemplate transactions) {
    Random pick = new Random(SEED);
    transactions.executeWithoutResult(
        status -> {
          for (int i = 1; i <= LEAVES; i++) {
            store.addPending(leaf(pick.nextInt(RESOURCES), i));
          }
          jdbc.update("delete from anchor_pending where mod(pending_id, 7) = 0");
        });
    return (int) store.pendingCount();
  }

  private void everyLeafNamesTheOneBefore(LogStore store, int size) {
    List<SequencedLeaf> leaves = store.leaves(new LeafIndex(0), new LeafIndex(size));
    Map<String, Digest> before = new HashMap<>();
    for (SequencedLeaf leaf : leaves) {
      String chain = leaf.statement().chain();
      assertThat(leaf.statement().previous()).isEqualTo(Optional.ofNullable(before.get(chain)));
      before.put(chain, leaf.commitment());
    }
    assertThat(store.commitments(new LeafIndex(5), new LeafIndex(9)))
        .containsExactlyElementsOf(
            leaves.subList(5, 9).stream().map(SequencedLeaf::commitment).toList());
    assertThat(leaves).hasSize(size);
    assertThat(before).hasSize(RESOURCES);
  }

  private PendingLeaf leaf(int resource, int version) {
    SaltedRecord record = SaltedRecord.of(Map.of("v", "1"), Salt.random(random));
    Statement statement =
        new Statement.ResourceVersion(
            Instant.parse("2026-01-02T03:04:05.678Z"),
            new ResourceKey("Patient", "p-" + resource),
            String.valueOf(version),
            Operation.UPDATE,
            Optional.of(Digest.sha256(new byte[] {(byte) version})),
            record.digest(),
            Optional.empty());
    return new PendingLeaf(statement, Salt.random(random), record.json());
  }
}
