package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.HeadExchange;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.NewestHead;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.log.WatchedLogStore;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** CP-3: whoever edits the database cannot make the key sign a head that contradicts another. */
final class EditedHeadsTest {
  /** {@code make test-long} has 1,000. */
  private static final int EDITS = Integer.getInteger("test.heads.edits", 300);

  private static final long SEED = Long.getLong("test.seed", 20261128);
  private static final int[] BATCHES = {1, 254, 1, 57, 300, 90};

  @TempDir Path data;

  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/log", random);
  private final List<SignedCheckpoint> signed = new ArrayList<>();
  private final List<Digest> leaves = new ArrayList<>();
  private JdbcTemplate jdbc = new JdbcTemplate();
  private LogStore rows = new SqlLogStore(jdbc, new TransactionTemplate(), new PendingSeal(key));
  private int written;

  /** A log of 703 leaves: two full tiles, one of 191 hashes, and one on the level above. */
  @BeforeEach
  void growLog() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(h2);
    jdbc = new JdbcTemplate(h2);
    rows =
        new SqlLogStore(
            jdbc,
            new TransactionTemplate(new DataSourceTransactionManager(h2)),
            new PendingSeal(key));
    AnchorSchema.openLog(jdbc, key.verifierKey());
    Sequencer sequencer = sequencer(rows, file());
    for (int batch : BATCHES) {
      for (int i = 0; i < batch; i++) {
        rows.addPending(leaf());
      }
      assertThat(sequencer.sequence()).hasValue(batch);
      signed.add(rows.latestCheckpoint().orElseThrow());
    }
    rows.leaves(new LeafIndex(0), new LeafIndex(703)).stream()
        .map(SequencedLeaf::leafHash)
        .forEach(leaves::add);
    assertThat(leaves).hasSize(703);
    for (String table : DatabaseEdits.TABLES) {
      jdbc.execute("create table kept_" + table + " as select * from " + table);
    }
  }

  private PendingLeaf leaf() {
    written++;
    Statement statement =
        new Statement.ResourceVersion(
            Instant.parse("2026-01-02T03:04:05.678Z"),
            new ResourceKey("Patient", "p" + written),
            "1",
            Operation.CREATE,
            Optional.of(Digest.sha256(new byte[] {1})),
            Digest.sha256(new byte[] {2}),
            Optional.empty());
    return new PendingLeaf(statement, Salt.random(random), "");
  }

  private NewestHead file() {
    return NewestHead.inFolder(data, key.verifierKey());
  }

  private Sequencer sequencer(LogStore store, NewestHead newest) {
    return new Sequencer(store, key, newest, 1000);
  }

  @Test
  @DisplayName(
      "CP-3 of 1,000 random edits of tiles, head and checkpoints none gets a contradiction")
  void signsNoContradiction() {
    Random pick = new Random(SEED);
    DatabaseEdits edits = new DatabaseEdits(jdbc, pick, signed);
    int refused = 0;
    NewestHead sinceStart = file();
    for (int i = 0; i < EDITS; i++) {
      String edit = edits.one();
      NewestHead newest = pick.nextBoolean() ? file() : sinceStart;
      refused += attempt("seed " + SEED + ", edit " + i + ": " + edit, newest) ? 1 : 0;
      edits.undo();
    }
    System.out.printf("edits %d, refused %d, contradicting heads signed 0%n", EDITS, refused);
    assertThat(refused).isGreaterThan(EDITS / 2);
  }

  /** Whether the round was refused; one that was not has to extend every head ever signed. */
  private boolean attempt(String what, NewestHead newest) {
    LogHealth health = new LogHealth();
    LogStore store = new WatchedLogStore(rows, newest, health);
    rows.addPending(leaf());
    try {
      // A copy of what is known: what this round signs is forgotten with the edit.
      Sequencer sequencer = sequencer(store, remembering(newest));
      sequencer.sequence();
    } catch (CorruptLogException refused) {
      assertThat(health.refusal()).as(what).isPresent();
      return true;
    }
    Optional<SignedCheckpoint> head = rows.latestCheckpoint();
    head.ifPresent(made -> assertExtends(what, made.checkpoint()));
    return false;
  }

  private NewestHead remembering(NewestHead newest) {
    NewestHead copy = NewestHead.inMemory(key.verifierKey());
    newest.known().ifPresent(known -> copy.remember(key.sign(known)));
    return copy;
  }

  private void assertExtends(String what, Checkpoint made) {
    List<Digest> after = new ArrayList<>(leaves);
    if (made.size().value() > leaves.size()) {
      assertThat(made.size().value()).as(what).isEqualTo(leaves.size() + 1);
      after.add(rows.leaves(new LeafIndex(703), new LeafIndex(704)).get(0).leafHash());
    }
    assertThat(made.root())
        .as(what)
        .isEqualTo(naiveRoot(after.subList(0, (int) made.size().value())));
  }

  private static Digest naiveRoot(List<Digest> hashes) {
    if (hashes.size() <= 1) {
      return hashes.isEmpty() ? TreeHash.EMPTY : hashes.get(0);
    }
    int split = Integer.highestOneBit(hashes.size() - 1);
    return TreeHash.node(
        naiveRoot(hashes.subList(0, split)), naiveRoot(hashes.subList(split, hashes.size())));
  }

  @Test
  @DisplayName("CP-3 one bit of the edge tile changed: nothing is signed")
  void refusesOneBit() {
    byte[] hashes =
        jdbc.queryForObject(
            "select hashes from anchor_tile where tile_level = 0 and tile_index = 2", byte[].class);
    hashes[5] ^= 1;
    jdbc.update(
        "update anchor_tile set hashes = ? where tile_level = 0 and tile_index = 2", hashes);
    rows.addPending(leaf());
    assertThatThrownBy(() -> sequencer(rows, file()).sequence())
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("root of the edge tiles");
    assertThat(rows.latestCheckpoint()).hasValue(signed.get(signed.size() - 1));
  }

  @Test
  @DisplayName("CP-3 a database set back as a whole is found by the head in the data folder")
  void refusesAnOldCopy() {
    new DatabaseEdits(jdbc, new Random(SEED), signed).rollBackTo(3);
    rows.addPending(leaf());
    assertThatThrownBy(() -> sequencer(rows, file()).compareHeads())
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("an old copy");
    assertThatThrownBy(() -> sequencer(rows, file()).sequence())
        .isInstanceOf(CorruptLogException.class);
    assertThatThrownBy(() -> new WatchedLogStore(rows, file(), new LogHealth()).latestCheckpoint())
        .isInstanceOf(CorruptLogException.class);
  }

  @Test
  @DisplayName("CP-3 a node that only looks on learns another node's head and keeps it")
  void learnsByComparing() {
    NewestHead other = NewestHead.inFolder(data.resolve("other"), key.verifierKey());
    assertThat(sequencer(rows, other).compareHeads()).isTrue();
    assertThat(other.known()).hasValue(signed.get(5).checkpoint());
    assertThat(NewestHead.inFolder(data.resolve("other"), key.verifierKey()).known())
        .hasValue(signed.get(5).checkpoint());
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1})
  @DisplayName("CP-3 a head of another tree that nodes share stops this one, and stays as it is")
  void refusesAnotherNodesTree(long more) {
    JdbcDataSource second = new JdbcDataSource();
    second.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    SqlKeptHead kept =
        new SqlKeptHead(
            new SqlTombstones.Source(second, () -> true, () -> {}, true, () -> {}),
            key.verifierKey());
    Checkpoint here = signed.get(5).checkpoint();
    SignedCheckpoint other =
        key.sign(
            new Checkpoint(
                here.origin(),
                new TreeSize(here.size().value() + more),
                Digest.sha256(new byte[] {9})));
    kept.keep(other, Optional.empty());
    LogHealth health = new LogHealth();
    NewestHead newest = file();
    Sequencer sequencer = sequencer(rows, newest);
    HeadExchange exchange =
        new HeadExchange(kept, newest, sequencer, health, InstantSource.system());
    exchange.exchange();
    exchange.exchange();
    assertThat(health.refusal()).isPresent();
    assertThat(kept.read()).contains(other);
    assertThat(file().known()).hasValue(here);
    rows.addPending(leaf());
    assertThatThrownBy(sequencer::sequence).isInstanceOf(CorruptLogException.class);
  }

  @Test
  @DisplayName(
      "CP-3 a head file that is not of this log's key stops the log and is not overwritten")
  void refusesAForeignFile() throws IOException {
    Path file;
    try (var files = Files.list(data)) {
      file = files.filter(one -> one.toString().contains("log-head-")).findFirst().orElseThrow();
    }
    Files.writeString(file, signed.get(5).note().replace("703", "702"));
    rows.addPending(leaf());
    assertThatThrownBy(() -> sequencer(rows, file()).sequence())
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("log-head-");
    assertThat(file).content().contains("702");
  }

  @Test
  @DisplayName("CP-3 a successor signs no root that the tiles do not have")
  void successorChecksTheOldHead() {
    jdbc.update("update anchor_log set root = ?", TreeHash.EMPTY.bytes());
    LogSigningKey successor = LogSigningKey.generate("example.org/new", random);
    LogSuccession succession =
        new LogSuccession(
            jdbc, new TransactionTemplate(new DataSourceTransactionManager(jdbc.getDataSource())));
    assertThatThrownBy(() -> succession.takeOver("example.org/log", successor, Optional.empty()))
        .isInstanceOf(CorruptLogException.class);
    assertThat(rows.state().origin()).isEqualTo("example.org/log");
  }
}
