package org.fhiranchor.interceptors.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.log.heads.PatientHeads;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.ProofResult;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.SparseMap;
import org.fhiranchor.merkle.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The heads leaf at the end of the log, on both databases, and what it refuses to end. */
final class PatientHeadsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final int PATIENTS = 5;

  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/log", random);
  private final SubjectTags tags = new SubjectTags(new byte[32]);
  private final LogHealth health = new LogHealth();

  private JdbcTemplate jdbc = new JdbcTemplate();
  private LogStore log = new SqlLogStore(jdbc, new TransactionTemplate(), new PendingSeal(key));

  private void open(DataSource data) {
    AnchorSchema.migrate(data);
    jdbc = new JdbcTemplate(data);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    log =
        new SqlLogStore(
            jdbc,
            new TransactionTemplate(new DataSourceTransactionManager(data)),
            new PendingSeal(key));
  }

  private void openH2() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    open(h2);
  }

  private PatientHeads heads() {
    return heads(health);
  }

  private PatientHeads heads(LogHealth told) {
    SqlChainRows rows = new SqlChainRows(jdbc, new PendingSeal(key));
    return new PatientHeads(
        new PatientHeads.Parts(
            new Sequencer(log, key, 1_000),
            log,
            rows,
            new ConfirmedLeaves(rows, log, told),
            new SqlHeadsParts(jdbc),
            tags::headSalt,
            told),
        random,
        () -> NOW);
  }

  private Digest tag(int patient) {
    return tags.of(Optional.of(new PatientId("p" + patient)));
  }

  private void disclose(int count) {
    for (int i = 0; i < count; i++) {
      Statement statement =
          Statement.Disclosure.waiting(NOW, tag(i % PATIENTS), Digest.sha256(new byte[] {1}));
      log.addPending(new PendingLeaf(statement, Salt.random(random), ""));
    }
    assertThat(new Sequencer(log, key, 1_000).sequence()).hasValue(count);
  }

  private List<SequencedLeaf> leaves(long size) {
    return log.leaves(new LeafIndex(0), new LeafIndex(size));
  }

  private Statement.Heads headsAt(long index) {
    return (Statement.Heads) leaves(index + 1).get((int) index).statement();
  }

  /** Each subject's head in the log of that size, as anybody with the key computes it. */
  private Map<Digest, Digest> expected(long size) {
    Map<Digest, Digest> heads = new HashMap<>();
    for (SequencedLeaf leaf : leaves(size)) {
      if (leaf.statement() instanceof Statement.Disclosure one) {
        Salt salt = tags.headSalt(one.subject(), one.sequence(), leaf.commitment());
        heads.put(one.subject(), SparseMap.head(salt, one.sequence(), leaf.commitment()));
      }
    }
    return heads;
  }

  private void assertEnds(Checkpoint head, long size) {
    assertThat(head.size().value()).isEqualTo(size);
    Statement.Heads last = headsAt(size - 1);
    assertThat(last.covers()).isEqualTo(size - 1);
    assertThat(last.map())
        .isEqualTo(SparseMap.with(SparseMap.EMPTY, expected(size), ids -> Map.of()).root());
    expected(size).forEach((tag, one) -> assertProven(size - 1, tag, Optional.of(one)));
    assertProven(size - 1, tag(77), Optional.empty());
  }

  private void assertProven(long index, Digest tag, Optional<Digest> head) {
    Digest root = headsAt(index).map();
    SqlHeadsParts parts = new SqlHeadsParts(jdbc);
    assertThat(SparseMap.prove(root, tag, ids -> parts.read(ids, index)).check(root, tag, head))
        .isInstanceOf(ProofResult.Valid.class);
  }

  @Test
  @DisplayName("DIS-6 on H2 the log ends with the heads of all patients, once for what is new")
  void endsTheLogOnH2() {
    openH2();
    endsTheLog();
  }

  @Test
  @DisplayName("DIS-6 on PostgreSQL the log ends with the heads of all patients, once")
  void endsTheLogOnPostgres() {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      open(postgres);
      endsTheLog();
    }
  }

  private void endsTheLog() {
    assertThat(heads().ended()).isEmpty();
    disclose(12);
    assertEnds(heads().ended().orElseThrow(), 13);
    assertThat(heads().ended().orElseThrow().size().value()).isEqualTo(13);
    disclose(3);
    assertEnds(heads().ended().orElseThrow(), 17);
    // Nothing is anchored yet: each state of the map can still be shown.
    expected(12).forEach((tag, one) -> assertProven(12, tag, Optional.of(one)));
    jdbc.update("update anchor_log set anchored_size = 17, anchored_root = root where id = 1");
    disclose(5);
    assertEnds(heads().ended().orElseThrow(), 23);
    expected(17).forEach((tag, one) -> assertProven(16, tag, Optional.of(one)));
    assertThat(
            jdbc.queryForObject(
                "select count(*) from heads_part where heads_index = 12 and part_level = 0",
                Long.class))
        .isZero();
    assertThat(health.refusal()).isEmpty();
  }

  @Test
  @DisplayName(
      "DIS-6 four nodes that end one log at the same time add heads that follow each other")
  void manyNodes() throws Exception {
    openH2();
    ExecutorService nodes = Executors.newFixedThreadPool(4);
    for (int round = 0; round < 10; round++) {
      disclose(4);
      List<Future<?>> running = new ArrayList<>();
      for (int node = 0; node < 4; node++) {
        PatientHeads one = heads();
        running.add(nodes.submit(() -> one.ended()));
      }
      for (Future<?> one : running) {
        one.get(60, SECONDS);
      }
    }
    nodes.shutdown();
    Checkpoint head = heads().ended().orElseThrow();
    assertThat(head.size().value()).isEqualTo(50);
    assertEnds(head, 50);
    Optional<Digest> before = Optional.empty();
    for (SequencedLeaf leaf : leaves(50)) {
      if (leaf.statement() instanceof Statement.Heads heads) {
        assertThat(heads.previous()).isEqualTo(before);
        before = Optional.of(leaf.commitment());
      }
    }
    assertThat(health.refusal()).isEmpty();
  }

  @Test
  @DisplayName("DIS-6 a log from before ends with heads that cover all of it")
  void logOfBefore() {
    openH2();
    for (int i = 0; i < 9; i++) {
      disclose(1_000);
    }
    Checkpoint head = heads().ended().orElseThrow();
    assertThat(head.size().value()).isEqualTo(9_001);
    assertThat(log.leaves(new LeafIndex(9_000), new LeafIndex(9_001)))
        .extracting(leaf -> ((Statement.Heads) leaf.statement()).covers())
        .containsExactly(9_000L);
  }

  @Test
  @DisplayName("DIS-6 a leaf that was deleted is in no map: nothing is ended, and health is told")
  void deletedLeaf() {
    for (int deleted = 0; deleted < 6; deleted++) {
      refusedAfter("delete from anchor_leaf where leaf_index = " + (13 + deleted));
    }
  }

  @Test
  @DisplayName("DIS-6 an edited leaf, another salt, another chain: nothing is ended")
  void editedLeaf() {
    refusedAfter(
        "update anchor_leaf set statement = (select statement from anchor_leaf where leaf_index ="
            + " 13) where leaf_index = 14");
    refusedAfter(
        "update anchor_leaf set salt = (select salt from anchor_leaf where leaf_index = 13) where"
            + " leaf_index = 14");
    refusedAfter("update anchor_leaf set chain = 'disclosure:x' where leaf_index = 14");
    refusedAfter("update anchor_leaf set chain = 'heads' where leaf_index = 14");
    refusedAfter("delete from anchor_leaf where leaf_index = 12");
  }

  @Test
  @DisplayName("DIS-6 a part of the map that was edited or taken away is never built upon")
  void editedPart() {
    refusedAfter("delete from heads_part where part_level = 0");
    refusedAfter("delete from heads_part where part_level = 2");
    refusedAfter("update heads_part set content = substring(content from 2) where part_level = 1");
    refusedAfter(
        "update heads_part set content = (select max(content) from heads_part where part_level ="
            + " 2) where part_level = 2");
  }

  /** Twelve disclosures and their heads, six more, and then this is done to the database. */
  private void refusedAfter(String edit) {
    openH2();
    LogHealth own = new LogHealth();
    disclose(12);
    assertThat(heads().ended()).isPresent();
    disclose(6);
    assertThat(jdbc.update(edit)).isPositive();
    assertThat(heads(own).ended()).as(edit).isEmpty();
    assertThat(own.refusal()).as(edit).isPresent();
    assertThat(log.state().size().value()).isEqualTo(19);
  }
}
