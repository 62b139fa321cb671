package org.fhiranchor.interceptors.consent.following;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlChainRows;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.interceptors.store.SqlRecordedChanges;
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
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** What a node hears of what others commit, over a real database and a real sequencer. */
final class ChangeFollowerTest {
  private static final int INTERLEAVINGS = Integer.getInteger("test.interleavings", 40);
  private static final int BATCH = 3;
  private static final String SCHEMA = schema();

  private final SecureRandom secure = new SecureRandom();
  private final LogSigningKey key = LogSigningKey.generate("example.org/changes", secure);
  private JdbcTemplate jdbc = new JdbcTemplate(memory());
  private final PendingSeal seals = new PendingSeal(key);
  private LogStore store = fresh();
  private Sequencer sequencer = new Sequencer(store, key, BATCH);
  private ChangeFollower follower = follower();
  private final List<String> heard = new ArrayList<>();

  @BeforeEach
  void begin() {
    store = fresh();
    sequencer = new Sequencer(store, key, BATCH);
    follower = follower();
    heard.clear();
  }

  private static JdbcDataSource memory() {
    JdbcDataSource data = new JdbcDataSource();
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    return data;
  }

  /** What all migrations make, as one script: they take longer than an interleaving does. */
  private static String schema() {
    JdbcDataSource data = memory();
    AnchorSchema.migrate(data);
    return String.join("\n", new JdbcTemplate(data).queryForList("script", String.class));
  }

  private LogStore fresh() {
    jdbc.execute("shutdown");
    JdbcDataSource data = memory();
    jdbc = new JdbcTemplate(data);
    jdbc.execute(SCHEMA);
    AnchorSchema.openLog(jdbc, key.verifierKey());
    return new SqlLogStore(
        jdbc, new TransactionTemplate(new DataSourceTransactionManager(data)), seals);
  }

  private ChangeFollower follower() {
    return new ChangeFollower(
        new SqlRecordedChanges(
            jdbc,
            store,
            seals,
            new ConfirmedLeaves(new SqlChainRows(jdbc, seals), store, new LogHealth())));
  }

  private void step() {
    follower.step(this::hear);
  }

  private void hear(Collection<Statement> statements) {
    statements.forEach(one -> heard.add(((Statement.ResourceVersion) one).resource().id()));
  }

  /** A write on its way: its row has its number, and nobody else sees it before the commit. */
  private final class Write {
    private final String id;
    private final Connection connection;

    Write(String id) {
      this.id = id;
      connection = connection();
      SingleConnectionDataSource one = new SingleConnectionDataSource(connection, true);
      new SqlLogStore(new JdbcTemplate(one), new TransactionTemplate(), seals).addPending(leaf(id));
    }

    private Connection connection() {
      try {
        Connection opened = java.util.Objects.requireNonNull(jdbc.getDataSource()).getConnection();
        opened.setAutoCommit(false);
        return opened;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    String commit() {
      return end(true);
    }

    String rollback() {
      return end(false);
    }

    private String end(boolean commit) {
      try (connection) {
        if (commit) {
          connection.commit();
        } else {
          connection.rollback();
        }
        return id;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private PendingLeaf leaf(String id) {
    SaltedRecord record = SaltedRecord.of(Map.of("v", "1"), Salt.random(secure));
    Statement statement =
        new Statement.ResourceVersion(
            Instant.parse("2026-01-02T03:04:05.678Z"),
            new ResourceKey("Consent", id),
            "1",
            Operation.CREATE,
            Optional.of(Digest.sha256(new byte[0])),
            record.digest(),
            Optional.empty());
    return new PendingLeaf(statement, Salt.random(secure), record.json());
  }

  @Test
  @DisplayName("FOL-2 a write that commits after a later one is heard, with the sequencer still")
  void hearsLateCommits() {
    follower.begin();
    Write early = new Write("early");
    for (int i = 0; i < 300; i++) {
      new Write("later-" + i).commit();
    }
    step();
    assertThat(heard).hasSize(300).doesNotContain("early");
    early.commit();
    step();
    assertThat(heard).hasSize(301).contains("early");
  }

  @Test
  @DisplayName("FOL-2 a write that commits after later ones are leaves already is heard")
  void hearsBehindLeaves() {
    follower.begin();
    Write early = new Write("early");
    new Write("later").commit();
    sequenceAll();
    step();
    early.commit();
    sequenceAll();
    step();
    assertThat(heard).containsExactly("later", "early");
  }

  @Test
  @DisplayName("FOL-2 what was committed before the beginning is the loader's, what comes is told")
  void beginsWithWhatIsThere() {
    Write open = new Write("open");
    new Write("leaf").commit();
    sequenceAll();
    new Write("waiting").commit();
    follower.begin();
    open.commit();
    follower.begin();
    step();
    assertThat(heard).containsExactly("open");
  }

  @Test
  @DisplayName("FOL-2 what the listener fails on is told again")
  void tellsAgain() {
    follower.begin();
    new Write("leaf").commit();
    sequenceAll();
    new Write("waiting").commit();
    IllegalStateException fault = new IllegalStateException("the database went away");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () ->
                  follower.step(
                      told -> {
                        throw fault;
                      }))
          .isSameAs(fault);
    }
    step();
    assertThat(heard).containsExactly("leaf", "waiting");
  }

  @Test
  @DisplayName("FOL-2 a leaf that is missing, changed or taken back makes the list corrupt")
  void noticesCorruption() {
    follower.begin();
    for (int i = 0; i < 5; i++) {
      new Write("w" + i).commit();
    }
    sequenceAll();
    edited("update anchor_leaf set leaf_index = 99 where leaf_index = 2", "leaf 2 of 5 is missing");
    jdbc.update("update anchor_leaf set leaf_index = 2 where leaf_index = 99");
    byte[] statement =
        jdbc.queryForObject("select statement from anchor_leaf where leaf_index = 3", byte[].class);
    jdbc.update(
        "update anchor_leaf set statement = (select statement from anchor_leaf where leaf_index ="
            + " 4) where leaf_index = 3");
    edited("select 1", "leaf 3: commitment is not its statement's");
    jdbc.update("update anchor_leaf set statement = ? where leaf_index = 3", statement);
    step();
    assertThat(heard).contains("w0", "w1", "w2", "w3", "w4");
    edited("update anchor_log set tree_size = 4", "the log had 5 leaves, and now has 4");
  }

  private void edited(String sql, String message) {
    jdbc.execute(sql);
    assertThatThrownBy(this::step)
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining(message);
  }

  @Test
  @DisplayName("FOL-2 a waiting row that is no statement makes the list corrupt until it is one")
  void noticesCorruptRows() {
    follower.begin();
    new Write("good").commit();
    byte[] statement = jdbc.queryForObject("select statement from anchor_pending", byte[].class);
    edited("update anchor_pending set statement = X'00'", "was changed in the database");
    jdbc.update("update anchor_pending set statement = ?", statement);
    step();
    assertThat(heard).containsExactly("good");
  }

  @Test
  @DisplayName("FOL-3 a waiting row that has no seal tells nothing, and makes the list corrupt")
  void noticesForgedRows() {
    follower.begin();
    new Write("good").commit();
    step();
    new Write("forged").commit();
    byte[] seal =
        jdbc.queryForObject("select seal from anchor_pending where pending_id = 2", byte[].class);
    for (String forged : List.of("seal = null", "seal = salt", "chain = 'resource:Consent/x'")) {
      edited("update anchor_pending set " + forged + " where pending_id = 2", "has no valid seal");
    }
    assertThat(heard).containsExactly("good");
    jdbc.update(
        "update anchor_pending set seal = ?, chain = 'resource:Consent/forged' where"
            + " pending_id = 2",
        (Object) seal);
    step();
    assertThat(heard).containsExactly("good", "forged");
  }

  @Test
  @DisplayName("FOL-2 in any order of begin, commit, rollback and sequencing nothing is missed")
  void randomInterleavings() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < INTERLEAVINGS; i++) {
      begin();
      interleave(random, "interleaving " + i + " of -Dtest.seed=" + seed);
    }
  }

  private void interleave(Random random, String name) {
    List<Write> open = new ArrayList<>();
    Set<String> before = new HashSet<>();
    Set<String> after = new HashSet<>();
    boolean begun = false;
    for (int i = 0; i < 40; i++) {
      int what = random.nextInt(10);
      if (what < 4 && open.size() < 6) {
        open.add(new Write("w" + i));
      } else if (what < 7 && !open.isEmpty()) {
        (begun ? after : before).add(open.remove(random.nextInt(open.size())).commit());
      } else if (what == 7 && !open.isEmpty()) {
        open.remove(random.nextInt(open.size())).rollback();
      } else if (what == 8) {
        sequencer.sequence();
      } else if (begun) {
        step();
        assertThat(heard).as(name).containsAll(after);
      } else if (i > 10) {
        follower.begin();
        begun = true;
      }
    }
    open.forEach(Write::rollback);
    follower.begin();
    step();
    assertThat(heard).as(name).containsAll(after);
    if (begun) {
      assertThat(heard).as(name).isSubsetOf(union(before, after));
    }
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new HashSet<>(one);
    all.addAll(other);
    return all;
  }

  private void sequenceAll() {
    while (sequencer.sequence().orElse(0) > 0) {
      assertThat(store.pendingCount()).isNotNegative();
    }
  }
}
