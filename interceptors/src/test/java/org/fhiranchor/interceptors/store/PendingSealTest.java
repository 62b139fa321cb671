package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** FOL-3: whoever has only the database writes nothing into the log. */
final class PendingSealTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final String PATIENT = "Patient/p";
  private static final String CHAIN = "subject:" + PATIENT;
  private static final String COPY =
      "insert into anchor_pending (statement, salt, version_id, chain, record, seal) select"
          + " statement, salt, version_id, chain, record, seal from kept";

  private final SecureRandom random = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/log", random);
  private final JdbcDataSource h2 = new JdbcDataSource();
  private JdbcTemplate jdbc = new JdbcTemplate();
  private TransactionTemplate transactions = new TransactionTemplate();
  private SqlLogStore store = new SqlLogStore(jdbc, transactions, new PendingSeal(key));

  @BeforeEach
  void tables() {
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(h2);
    jdbc = new JdbcTemplate(h2);
    transactions = new TransactionTemplate(new DataSourceTransactionManager(h2));
    AnchorSchema.openLog(jdbc, key.verifierKey());
    store = new SqlLogStore(jdbc, transactions, new PendingSeal(key));
  }

  private PendingLeaf binding(char digit) {
    SaltedRecord record = SaltedRecord.of(Map.of("boundBlock", "3"), Salt.random(random));
    return new PendingLeaf(
        new Statement.KeyBinding(
            NOW,
            PATIENT,
            "bound",
            "0x" + String.valueOf(digit).repeat(40),
            record.digest(),
            Optional.empty()),
        Salt.random(random),
        record.json());
  }

  private PendingLeaf version(int version) {
    return new PendingLeaf(
        new Statement.ResourceVersion(
            NOW,
            new ResourceKey("Consent", "c"),
            String.valueOf(version),
            Operation.UPDATE,
            Optional.of(Digest.sha256(new byte[] {(byte) version})),
            Digest.sha256(new byte[0]),
            Optional.empty()),
        Salt.random(random),
        "");
  }

  private void refuses(String reason) {
    assertThatThrownBy(() -> new Sequencer(store, key, 10).sequence())
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining(reason);
    assertThat(jdbc.queryForObject("select count(*) from anchor_pending", Long.class)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seal = null",
        "seal = salt",
        "salt = seal",
        "record = statement",
        "chain = 'subject:Patient/q'",
        "version_id = '7'"
      })
  @DisplayName("FOL-3 a waiting row that was edited in any column is never sequenced")
  void refusesEditedRows(String edit) {
    store.addPending(binding('a'));
    jdbc.update("update anchor_pending set " + edit);
    refuses("has no valid seal");
    assertThat(store.state().size().value()).isZero();
  }

  @Test
  @DisplayName("FOL-3 a row that a holder of the database alone inserts is never sequenced")
  void refusesForgedRows() {
    LogSigningKey own = LogSigningKey.generate("example.org/log", random);
    new SqlLogStore(jdbc, transactions, new PendingSeal(own)).addPending(binding('b'));
    refuses("has no valid seal");
  }

  @Test
  @DisplayName("FOL-3 a sealed row that was sequenced once is not sequenced again")
  void refusesRepeatedBindings() {
    store.addPending(binding('a'));
    jdbc.execute("create table kept as select * from anchor_pending");
    store.addPending(binding('b'));
    assertThat(new Sequencer(store, key, 10).sequence()).hasValue(2);
    jdbc.update(COPY);
    refuses("has its place already");
  }

  @Test
  @DisplayName("FOL-3 a sealed row that stands twice among those that wait is not sequenced")
  void refusesTheSameRowTwice() {
    store.addPending(binding('a'));
    jdbc.execute("create table kept as select * from anchor_pending");
    jdbc.update(COPY);
    refuses("has its place already");
  }

  @Test
  @DisplayName("FOL-3 the sealed row of an older version of a resource is not sequenced again")
  void refusesRepeatedVersions() {
    store.addPending(version(1));
    jdbc.execute("create table kept as select * from anchor_pending");
    assertThat(new Sequencer(store, key, 10).sequence()).hasValue(1);
    store.addPending(version(2));
    store.addPending(version(4));
    assertThat(new Sequencer(store, key, 10).sequence()).hasValue(2);
    jdbc.update(COPY);
    refuses("has its place already");
  }

  @Test
  @DisplayName("FOL-3 a version before seals must sequence what waits: its rows are not taken over")
  void refusesRowsOfBefore() {
    store.addPending(binding('a'));
    jdbc.execute("alter table anchor_pending drop column seal");
    jdbc.update("delete from \"anchor_schema_history\" where \"version\" = '14'");
    assertThatThrownBy(() -> AnchorSchema.migrate(h2))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("1 leaves wait");
  }

  @Test
  @DisplayName("FOL-3 a successor's first start seals what waits, and no later one does")
  void successorSealsOnce() {
    store.addPending(binding('a'));
    LogSigningKey successor = LogSigningKey.generate("example.org/new", random);
    new LogSuccession(jdbc, transactions).takeOver("example.org/log", successor, Optional.empty());
    SqlLogStore taken = new SqlLogStore(jdbc, transactions, new PendingSeal(successor));
    Sequencer sequencer = new Sequencer(taken, successor, 10);
    assertThat(sequencer.sequence()).hasValue(1);
    store.addPending(binding('b'));
    jdbc.update("update anchor_log set origin = 'example.org/log'");
    assertThatThrownBy(sequencer::sequence)
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("has no valid seal");
  }

  @Test
  @DisplayName("FOL-3 a chain is confirmed with its rows that wait; an edited leaf of it is named")
  void confirmsChains() {
    LogHealth health = new LogHealth();
    ConfirmedLeaves leaves =
        new ConfirmedLeaves(new SqlChainRows(jdbc, new PendingSeal(key)), store, health);
    for (char digit : new char[] {'a', 'b', 'c'}) {
      store.addPending(binding(digit));
      new Sequencer(store, key, 10).sequence();
    }
    store.addPending(binding('d'));
    ConfirmedLeaves.Chain chain = leaves.whole(List.of(CHAIN)).of(CHAIN);
    assertThat(chain.leaves()).hasSize(4);
    assertThat(chain.doubt()).isEmpty();
    assertThat(leaves.newest(List.of(CHAIN)).of(CHAIN).leaves()).hasSize(2);
    leaves.requireAll();

    jdbc.update("update anchor_pending set seal = salt");
    assertThat(leaves.whole(List.of(CHAIN)).of(CHAIN).doubt()).isPresent();
    assertThat(health.refusal()).isEmpty();

    jdbc.update("delete from anchor_leaf where leaf_index = 1");
    assertThat(leaves.whole(List.of(CHAIN)).of(CHAIN).doubt())
        .contains("leaf 2: the leaf before it is missing");
    assertThat(health.refusal()).isPresent();
    assertThatThrownBy(leaves::requireAll).hasMessageContaining("want 3 leaves, got 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "statement = (select statement from anchor_leaf where leaf_index = 1)",
        "salt = commitment",
        "record = statement",
        "commitment = salt",
        "leaf_index = 2"
      })
  @DisplayName("FOL-3 a leaf that was edited in any column confirms nothing")
  void doubtsEditedLeaves(String edit) {
    ConfirmedLeaves leaves =
        new ConfirmedLeaves(new SqlChainRows(jdbc, new PendingSeal(key)), store, new LogHealth());
    store.addPending(version(1));
    store.addPending(binding('a'));
    new Sequencer(store, key, 10).sequence();
    String chain = "resource:Consent/c";
    assertThat(leaves.newest(List.of(chain)).of(chain).leaves()).hasSize(1);
    jdbc.update("update anchor_leaf set " + edit + " where leaf_index = 0");
    assertThat(leaves.newest(List.of(chain)).of(chain).leaves()).isEmpty();
    assertThat(leaves.newest(List.of(chain)).of(chain).doubt()).isPresent();
  }
}
