package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.anchoring.AnchorState;
import org.fhiranchor.ledger.anchoring.AnchorTransaction;
import org.fhiranchor.ledger.anchoring.MinedAnchor;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeSize;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The store and the sequencer on H2, without HAPI. */
final class SqlLogStoreTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/old", random);
  private final JdbcDataSource dataSource = new JdbcDataSource();
  private JdbcTemplate jdbc = new JdbcTemplate();
  private TransactionTemplate transactions = new TransactionTemplate();

  @BeforeEach
  void tables() {
    dataSource.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(dataSource);
    jdbc = new JdbcTemplate(dataSource);
    transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    AnchorSchema.openLog(jdbc, key.verifierKey());
  }

  private LogStore store() {
    return new SqlLogStore(jdbc, transactions, new PendingSeal(key));
  }

  private PendingLeaf leaf(String id, int version) {
    SaltedRecord record = SaltedRecord.of(Map.of("v", "1"), Salt.random(random));
    Statement statement =
        new Statement.ResourceVersion(
            NOW,
            new ResourceKey("Patient", id),
            String.valueOf(version),
            version == 1 ? Operation.CREATE : Operation.UPDATE,
            Optional.of(Digest.sha256(new byte[] {(byte) version})),
            record.digest(),
            Optional.empty());
    return new PendingLeaf(statement, Salt.random(random), record.json());
  }

  @Test
  @DisplayName("STM-2 links the versions of a resource, within a batch and across batches")
  void linksVersions() {
    LogStore store = store();
    store.addPending(leaf("a", 1));
    store.addPending(leaf("b", 1));
    store.addPending(leaf("a", 2));
    assertThat(new Sequencer(store, key, 2).sequence()).hasValue(2);
    assertThat(new Sequencer(store, key, 2).sequence()).hasValue(1);
    var chain = store.chain(new ResourceKey("Patient", "a"), 10);
    assertThat(chain).hasSize(2);
    assertThat(chain.get(0).statement().previous()).isEmpty();
    assertThat(chain.get(1).statement().previous()).hasValue(chain.get(0).commitment());
    assertThat(store.state().size()).isEqualTo(new TreeSize(3));
    assertThat(store.pendingCount()).isZero();
  }

  @Test
  @DisplayName("CP-2 a round that fails leaves neither leaves nor a checkpoint")
  void failsAsAWhole() {
    LogStore store = store();
    store.addPending(leaf("a", 1));
    assertThatThrownBy(
            () ->
                store.exclusively(
                    log -> {
                      assertThat(new Sequencer(store, key, 10)).isNotNull();
                      throw new IllegalStateException("died here");
                    }))
        .hasMessage("died here");
    assertThat(store.pendingCount()).isEqualTo(1);
    assertThat(store.latestCheckpoint()).isEmpty();
  }

  @Test
  @DisplayName("a leaf beyond the head, stored by half a transaction, is told as what it is")
  void noticesTornTransaction() {
    LogStore store = store();
    Sequencer sequencer = new Sequencer(store, key, 10);
    store.addPending(leaf("a", 1));
    assertThat(sequencer.sequence()).hasValue(1);
    jdbc.update("update anchor_log set tree_size = 0, root = ?", TreeHash.EMPTY.bytes());
    jdbc.update("delete from anchor_checkpoint");
    store.addPending(leaf("b", 1));
    assertThatThrownBy(() -> new Sequencer(store, key, 10).sequence())
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("beyond the head of 0");
  }

  @Test
  @DisplayName("a database that carries another log is refused by name")
  void refusesAnotherLog() {
    LogSigningKey other = LogSigningKey.generate("example.org/new", random);
    assertThatThrownBy(() -> AnchorSchema.openLog(jdbc, other.verifierKey()))
        .isInstanceOf(WrongLogException.class)
        .hasMessageContaining("example.org/old")
        .hasMessageContaining("anchor.log.succeeds");
  }

  @Test
  @DisplayName("a successor takes the tree over by explicit word, signs it, and starts unanchored")
  void succeeds() {
    LogStore store = store();
    store.addPending(leaf("a", 1));
    assertThat(new Sequencer(store, key, 10).sequence()).hasValue(1);
    jdbc.update("update anchor_log set anchored_size = 1, anchored_root = root where id = 1");
    LogSigningKey successor = LogSigningKey.generate("example.org/new", random);
    LogSuccession succession = new LogSuccession(jdbc, transactions);

    succession.takeOver("example.org/some-other", successor, Optional.empty());
    assertThat(store.state().origin()).isEqualTo("example.org/old");
    succession.takeOver("example.org/old", successor, Optional.empty());
    succession.takeOver("example.org/old", successor, Optional.empty());

    AnchorSchema.openLog(jdbc, successor.verifierKey());
    assertThat(store.state().origin()).isEqualTo("example.org/new");
    assertThat(store.state().anchoredSize()).isEqualTo(TreeSize.ZERO);
    String note = store.latestCheckpoint().orElseThrow().note();
    assertThat(SignedCheckpoint.open(note, successor.verifierKey()))
        .isInstanceOf(SignedCheckpoint.Opened.Signed.class);
    store.addPending(leaf("a", 2));
    assertThat(new Sequencer(store, successor, 10).sequence()).hasValue(1);
  }

  @Test
  @DisplayName("TX-1 a log has at most one anchor on its way, and each change wins once")
  void keepsOneAnchorOnItsWay() {
    var anchors = new SqlAnchorTransactionStore(jdbc, transactions);
    LogId log = new LogId(Digest.sha256(new byte[] {1}));
    AnchorCall call =
        new AnchorCall(
            log, TreeSize.ZERO, new TreeSize(5), Digest.sha256(new byte[] {2}), List.of());
    AnchorTransaction planned = anchors.plan(call, NOW).orElseThrow();
    assertThat(anchors.plan(call, NOW)).isEmpty();
    AnchorTransaction superseded =
        new AnchorTransaction(
            planned.id(),
            planned.version() + 1,
            call,
            AnchorState.SUPERSEDED,
            Optional.empty(),
            Optional.empty(),
            NOW);
    assertThat(anchors.replace(superseded)).isTrue();
    assertThat(anchors.replace(superseded)).isFalse();
    assertThat(anchors.unfinished(log)).isEmpty();
    assertThat(anchors.plan(call, NOW)).isPresent();
  }

  @Test
  @DisplayName("TX-1 a final anchor and the log's row that names it are one change")
  void namesTheFinalAnchor() {
    LogStore store = store();
    var anchors = new SqlAnchorTransactionStore(jdbc, transactions);
    LogId log = new LogId(Digest.sha256(new byte[] {1}));
    Digest root = Digest.sha256(new byte[] {2});
    AnchorCall call = new AnchorCall(log, TreeSize.ZERO, new TreeSize(5), root, List.of());
    AnchorTransaction planned = anchors.plan(call, NOW).orElseThrow();
    AnchorTransaction last = next(next(planned, AnchorState.MINED), AnchorState.FINAL);

    assertThat(anchors.finish(last, TreeSize.ZERO)).as("not the version before").isFalse();
    assertThat(anchors.replace(next(planned, AnchorState.MINED))).isTrue();
    assertThat(store.state().anchoredSize()).isEqualTo(TreeSize.ZERO);
    assertThat(anchors.finish(last, TreeSize.ZERO)).isTrue();
    assertThat(store.state().anchoredSize()).isEqualTo(new TreeSize(5));
    assertThat(store.state().anchoredRoot()).hasValue(root);
  }

  @Test
  @DisplayName("TX-10 what the ledger has lost is no anchor any more once it is anchored again")
  void forgetsAnchorsThatTheLedgerLost() {
    var anchors = new SqlAnchorTransactionStore(jdbc, transactions);
    LogId log = new LogId(Digest.sha256(new byte[] {1}));
    LogId other = new LogId(Digest.sha256(new byte[] {4}));
    finish(anchors, call(other, 3, 8));
    finish(anchors, call(log, 0, 5));
    finish(anchors, call(log, 5, 8));
    finish(anchors, call(log, 8, 9));
    assertThat(states()).containsExactly("3-8 FINAL", "0-5 FINAL", "5-8 FINAL", "8-9 FINAL");

    finish(anchors, call(log, 5, 9));
    assertThat(states())
        .containsExactly("3-8 FINAL", "0-5 FINAL", "5-8 SUPERSEDED", "8-9 SUPERSEDED", "5-9 FINAL");
    assertThat(anchors.lastFinal(log).orElseThrow().call().previousSize())
        .isEqualTo(new TreeSize(5));
    assertThat(store().state().anchoredSize()).isEqualTo(new TreeSize(9));
  }

  private static AnchorCall call(LogId log, long from, long to) {
    Digest root = Digest.sha256(new byte[] {2});
    return new AnchorCall(log, new TreeSize(from), new TreeSize(to), root, List.of());
  }

  private static void finish(SqlAnchorTransactionStore anchors, AnchorCall call) {
    AnchorTransaction mined = next(anchors.plan(call, NOW).orElseThrow(), AnchorState.MINED);
    assertThat(anchors.replace(mined)).isTrue();
    assertThat(anchors.finish(next(mined, AnchorState.FINAL), call.previousSize())).isTrue();
  }

  private List<String> states() {
    return jdbc.query(
        "select * from anchor_transaction order by anchor_id",
        (row, n) ->
            "%d-%d %s"
                .formatted(
                    row.getLong("previous_size"),
                    row.getLong("tree_size"),
                    row.getString("state")));
  }

  private static AnchorTransaction next(AnchorTransaction before, AnchorState state) {
    Digest some = Digest.sha256(new byte[] {3});
    MinedAnchor mined = new MinedAnchor(new TransactionHash(some), new BlockRef(1, some));
    return new AnchorTransaction(
        before.id(),
        before.version() + 1,
        before.call(),
        state,
        Optional.of(mined),
        Optional.empty(),
        NOW);
  }
}
