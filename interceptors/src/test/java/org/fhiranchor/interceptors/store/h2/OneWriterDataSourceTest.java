package org.fhiranchor.interceptors.store.h2;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.io.StringReader;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.h2.api.ErrorCode;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** One writer at a time, as somebody sees it who uses the connections. */
@Tag("alone")
final class OneWriterDataSourceTest {
  private static final Duration PATIENCE = Duration.ofMillis(400);

  @TempDir Path folder;

  private final ExecutorService others = Executors.newCachedThreadPool();
  private final JdbcDataSource h2 = new JdbcDataSource();
  private DataSource database = h2;

  @BeforeEach
  void open() {
    h2.setUrl(
        "jdbc:h2:watched:"
            + folder.resolve("db")
            + ";LOCK_TIMEOUT="
            + PATIENCE.toMillis()
            + ";DB_CLOSE_DELAY=-1");
    OneWriterDataSource oneWriter = new OneWriterDataSource(h2);
    WatchedFile.ask(() -> true);
    database = oneWriter;
    JdbcTemplate jdbc = new JdbcTemplate(database);
    jdbc.execute("create table t (id int primary key, n int, words clob)");
    jdbc.execute("create table u (id int primary key)");
    jdbc.execute("insert into t values (1, 0, 'one'), (2, 0, 'two')");
    jdbc.execute("create sequence s");
    WatchedFile.ask(oneWriter::isMyTurn);
  }

  @AfterEach
  void close() {
    others.shutdownNow();
    WatchedFile.ask(() -> true);
    new JdbcTemplate(database).execute("shutdown");
  }

  @Test
  @DisplayName("SRV-18 whoever writes to the file is the only one who changes anything")
  void everyWriteIsInTurn() {
    List<Future<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int first = 1000 * (i + 1);
      all.add(others.submit(() -> writeMany(first)));
    }
    assertThat(all).allSatisfy(one -> assertThat(one.get()).isEqualTo(60));
    assertThat(WatchedFile.writes()).isGreaterThan(100);
    assertThat(WatchedFile.noes()).isEmpty();
    assertThat(count("t")).isEqualTo(2 + 6 * 40);
    assertThat(count("u")).isEqualTo(6 * 40);
  }

  /** Commits, rolls back, reads large values, meets rows that are held, uses a sequence. */
  private int writeMany(int first) throws SQLException {
    for (int n = 0; n < 60; n++) {
      try (Connection connection = database.getConnection()) {
        connection.setAutoCommit(false);
        insert(connection, "insert into t values (?, nextval('s'), ?)", first + n, "x".repeat(900));
        insert(connection, "insert into u values (?)", first + n);
        if (n % 3 == 0) {
          connection.rollback();
        } else {
          update(connection, "update t set n = n + 1 where id = 1");
          connection.commit();
        }
        new JdbcTemplate(database).queryForList("select words from t where id < 1010");
      }
    }
    return 60;
  }

  @Test
  @DisplayName("SRV-18 who meets a held row gets it as soon as its holder commits")
  void waitsForAHeldRow() throws Exception {
    try (Connection holder = holderOfRowOne()) {
      Future<Integer> waiter =
          others.submit(() -> inTransaction("update t set n = n + 10 where id = 1"));
      Future<Integer> locker =
          others.submit(() -> inTransaction("select * from t where id = 1 for update"));
      // The turn is free meanwhile.
      assertThat(inTransaction("update t set n = 5 where id = 2")).isEqualTo(1);
      holder.commit();
      assertThat(waiter.get(10, SECONDS)).isEqualTo(1);
      assertThat(locker.get(10, SECONDS)).isEqualTo(-1);
    }
    assertThat(n(1)).isEqualTo(11);
  }

  @Test
  @DisplayName("SRV-18 past the limit H2's own error goes out, and the transaction goes on")
  void limitOfWaiting() throws SQLException {
    try (Connection holder = holderOfRowOne();
        Connection waiter = database.getConnection()) {
      waiter.setAutoCommit(false);
      update(waiter, "update t set n = 7 where id = 2");
      long start = System.nanoTime();
      assertThat(heldRow(() -> update(waiter, "update t set n = n + 1"))).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(PATIENCE);
      waiter.commit();
      holder.rollback();
    }
    assertThat(n(1)).isZero();
    assertThat(n(2)).as("the failed statement alone was taken back").isEqualTo(7);
  }

  @Test
  @DisplayName("SRV-18 NOWAIT does not wait, SKIP LOCKED skips")
  void doesNotWaitWhenToldSo() throws SQLException {
    try (Connection holder = holderOfRowOne()) {
      long start = System.nanoTime();
      assertThat(heldRow(() -> inTransaction("select * from t for update nowait"))).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
      assertThat(
              new JdbcTemplate(database)
                  .queryForList("select id from t for update skip locked", Integer.class))
          .containsExactly(2);
      holder.rollback();
    }
  }

  @Test
  @DisplayName("SRV-18 two who wait for each other: one gets the error, the other goes on")
  void deadlock() throws Exception {
    try (Connection one = holderOfRowOne();
        Connection two = database.getConnection()) {
      two.setAutoCommit(false);
      update(two, "update t set n = 2 where id = 2");
      Future<Boolean> second =
          others.submit(() -> heldRow(() -> update(two, "update t set n = 2 where id = 1"), two));
      boolean first = heldRow(() -> update(one, "update t set n = 1 where id = 2"), one);
      assertThat(List.of(first, second.get(10, SECONDS))).contains(true);
    }
  }

  @Test
  @DisplayName("SRV-18 a row of a batch that is held is waited for, and the batch is complete")
  void batchMeetsAHeldRow() throws Exception {
    try (Connection holder = holderOfRowOne();
        Connection writer = database.getConnection()) {
      writer.setAutoCommit(false);
      try (PreparedStatement batch =
          writer.prepareStatement("update t set n = n + ?, words = ? where id = ?")) {
        for (int id = 1; id <= 2; id++) {
          batch.setInt(1, 10 * id);
          batch.setCharacterStream(2, new StringReader("word" + id));
          batch.setInt(3, id);
          batch.addBatch();
        }
        Future<int[]> counts = others.submit(batch::executeBatch);
        await()
            .atMost(120, SECONDS)
            .until(() -> inTransaction("update t set n = 0 where id = 3") == 0);
        holder.commit();
        assertThat(counts.get(10, SECONDS)).containsExactly(1, 1);
        assertThat(batch.executeBatch()).as("empty now").isEmpty();
      }
      writer.commit();
    }
    assertThat(List.of(n(1), n(2))).containsExactly(11, 20);
    assertThat(
            new JdbcTemplate(database)
                .queryForList("select words from t order by id", String.class))
        .containsExactly("word1", "word2");
  }

  @Test
  @DisplayName("SRV-18 a batch that fails says how far it came and why")
  void batchFails() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement batch = connection.createStatement()) {
      batch.addBatch("insert into u values (1)");
      batch.addBatch("insert into u values (1)");
      assertThatThrownBy(batch::executeBatch)
          .isInstanceOfSatisfying(
              BatchUpdateException.class,
              failed -> {
                assertThat(failed.getUpdateCounts()).containsExactly(1);
                assertThat(failed.getErrorCode()).isEqualTo(ErrorCode.DUPLICATE_KEY_1);
                assertThat(failed.getNextException().getErrorCode())
                    .isEqualTo(ErrorCode.DUPLICATE_KEY_1);
              });
    }
  }

  @Test
  @DisplayName("SRV-18 a batch that wants its keys gets them")
  void batchWithKeys() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement batch =
            connection.prepareStatement(
                "insert into u values (?)", Statement.RETURN_GENERATED_KEYS)) {
      for (int id = 1; id <= 2; id++) {
        batch.setInt(1, id);
        batch.addBatch();
      }
      assertThat(batch.executeBatch()).containsExactly(1, 1);
    }
    assertThat(count("u")).isEqualTo(2);
  }

  @Test
  @DisplayName("SRV-18 savepoints, rollback and autocommit are H2's")
  void transactions() throws SQLException {
    try (Connection connection = database.getConnection()) {
      update(connection, "insert into u values (1)");
      connection.setAutoCommit(false);
      update(connection, "insert into u values (2)");
      Savepoint savepoint = connection.setSavepoint();
      update(connection, "insert into u values (3)");
      connection.rollback(savepoint);
      connection.setAutoCommit(true);
      connection.setAutoCommit(false);
      update(connection, "insert into u values (4)");
      connection.rollback();
    }
    assertThat(
            new JdbcTemplate(database).queryForList("select id from u order by id", Integer.class))
        .containsExactly(1, 2);
  }

  @Test
  @DisplayName("SRV-18 what is behind can be had by unwrapping")
  void unwraps() throws SQLException {
    assertThat(database.unwrap(OneWriterDataSource.class) == database).isTrue();
    assertThat(database.isWrapperFor(OneWriterDataSource.class)).isTrue();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(connection.isWrapperFor(JdbcConnection.class)).isTrue();
      assertThat(connection.unwrap(JdbcConnection.class).isClosed()).isFalse();
      assertThat(statement.getConnection()).isSameAs(connection).isEqualTo(connection);
      assertThat(connection.hashCode()).isNotEqualTo(statement.hashCode());
    }
  }

  @Test
  @DisplayName("SRV-18 it is for files that this process opens, and for nothing else")
  void isForFiles() {
    assertThat(List.of("jdbc:h2:file:/x", "jdbc:h2:./x", "JDBC:H2:~/x", "jdbc:h2:nio:/x"))
        .allMatch(OneWriterDataSource::isFor);
    assertThat(
            List.of("jdbc:h2:mem:x", "jdbc:h2:tcp://h/x", "jdbc:h2:ssl://h/x", "jdbc:postgresql:x"))
        .noneMatch(OneWriterDataSource::isFor);
  }

  private Connection holderOfRowOne() throws SQLException {
    Connection holder = database.getConnection();
    holder.setAutoCommit(false);
    update(holder, "update t set n = n + 1 where id = 1");
    return holder;
  }

  private int inTransaction(String sql) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      int rows = update(connection, sql);
      connection.commit();
      return rows;
    }
  }

  private static int update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return statement.getUpdateCount();
    }
  }

  private static void insert(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  /** Whether it ends with H2's error for a held row; what it holds is given back then. */
  private static boolean heldRow(Callable<?> change, Connection... holders) throws SQLException {
    Throwable failed = catchThrowable(change::call);
    for (Connection holder : holders) {
      holder.rollback();
    }
    return failed instanceof SQLException sql && sql.getErrorCode() == ErrorCode.LOCK_TIMEOUT_1;
  }

  private int n(int id) {
    return new JdbcTemplate(database)
        .queryForObject("select n from t where id = " + id, Integer.class);
  }

  private int count(String table) {
    return new JdbcTemplate(database)
        .queryForObject("select count(*) from " + table, Integer.class);
  }

  @Test
  @DisplayName("SRV-18 with HikariCP as the pool, too, who meets a held row can go on")
  void limitOfWaitingInHikari() throws SQLException {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(h2.getUrl());
      pool.setExceptionOverrideClassName(HeldRows.class.getName());
      DataSource plain = database;
      database = new OneWriterDataSource(pool);
      limitOfWaiting();
      database = plain;
    }
  }
}
