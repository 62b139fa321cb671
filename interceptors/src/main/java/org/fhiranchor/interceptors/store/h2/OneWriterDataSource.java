package org.fhiranchor.interceptors.store.h2;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * An H2 file that one thread at a time changes, so that a killed process leaves whole transactions
 * in it. Reads run beside that. Goes around a pool; the database must be opened through this alone.
 */
public final class OneWriterDataSource extends DelegatingDataSource {
  private final WriteTurn turn = new WriteTurn();
  private @Nullable Duration patience;

  /** Around this pool, or any other source of connections to H2. */
  public OneWriterDataSource(DataSource pool) {
    super(pool);
  }

  /** Whether that is a file which this process opens: not memory, and not another process's. */
  public static boolean isFor(String url) {
    return isOfThisProcess(url) && !url.toLowerCase(Locale.ROOT).startsWith("jdbc:h2:mem:");
  }

  /** Whether that is a database which this process opens itself, in a file or in memory. */
  public static boolean isOfThisProcess(String url) {
    String lower = url.toLowerCase(Locale.ROOT);
    return lower.startsWith("jdbc:h2:") && !lower.matches("jdbc:h2:(tcp|ssl):.*");
  }

  @Override
  public Connection getConnection() throws SQLException {
    return oneWriter(required().getConnection());
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return oneWriter(required().getConnection(username, password));
  }

  private DataSource required() {
    return Optional.ofNullable(getTargetDataSource()).orElseThrow();
  }

  private Connection oneWriter(Connection connection) throws SQLException {
    try {
      Duration limit = patience(connection);
      try (Statement statement = connection.createStatement()) {
        // The least there is: H2 takes 0 for its default of two seconds.
        statement.execute("set lock_timeout 1");
      }
      return new OneWriterConnection(connection, turn, limit).proxy();
    } catch (SQLException | RuntimeException failed) {
      try (connection) {
        throw failed;
      }
    }
  }

  /** H2's own limit, as the URL has it; asked once, before the first connection loses it. */
  private synchronized Duration patience(Connection connection) throws SQLException {
    Duration known = patience;
    if (known == null) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("call lock_timeout()")) {
        row.next();
        known = Duration.ofMillis(row.getLong(1));
        // H2's writer in the background would write while others change.
        statement.execute("set write_delay 0");
      }
      patience = known;
    }
    return known;
  }

  /** For tests: whether this thread is the one that may change anything now. */
  boolean isMyTurn() {
    return turn.isMine();
  }
}
