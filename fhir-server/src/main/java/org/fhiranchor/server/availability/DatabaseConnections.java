package org.fhiranchor.server.availability;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Where the pool gets its connections from. Knows every one that is open, and opens none while the
 * database is away, so that a database that comes back does not meet a queue of old attempts.
 *
 * <p>H2 needs more than that: a statement on a connection to a database that H2 has closed takes
 * the one that was opened after it out of H2's list. So all old ones are closed first.
 */
final class DatabaseConnections extends AbstractDataSource {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseConnections.class);

  /** For a server that takes the connection and says nothing. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  private final String url;
  private final Properties properties;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final ReadWriteLock opening = new ReentrantReadWriteLock();
  private volatile Optional<String> shut = Optional.empty();

  /**
   * Connections to this database.
   *
   * @param properties of the driver, user and password among them
   */
  DatabaseConnections(String url, Properties properties) {
    this.url = url;
    this.properties = properties;
  }

  boolean isPostgres() {
    return url.startsWith("jdbc:postgresql:");
  }

  @Override
  public Connection getConnection() throws SQLException {
    return open(properties);
  }

  @Override
  public Connection getConnection(@Nullable String user, @Nullable String password)
      throws SQLException {
    Properties given = copy(properties);
    Optional.ofNullable(user).ifPresent(name -> given.setProperty("user", name));
    Optional.ofNullable(password).ifPresent(word -> given.setProperty("password", word));
    return open(given);
  }

  private Connection open(Properties given) throws SQLException {
    opening.readLock().lock();
    try {
      Optional<String> reason = shut;
      if (reason.isPresent()) {
        throw new SQLTransientConnectionException("the database is away: " + reason.get(), "08001");
      }
      return remember(connect(given, HANDSHAKE));
    } finally {
      opening.readLock().unlock();
    }
  }

  /** One for the watch: also while none are given out, and silent for so long at most. */
  Connection probe(Duration limit) throws SQLException {
    Connection connection = remember(connect(properties, limit));
    if (isPostgres()) {
      connection.setNetworkTimeout(Runnable::run, (int) limit.toMillis());
    }
    return connection;
  }

  private Connection connect(Properties given, Duration limit) throws SQLException {
    if (!isPostgres()) {
      return DriverManager.getConnection(url, given);
    }
    Properties limited = copy(given);
    String seconds = Long.toString(Math.max(1, limit.toSeconds()));
    limited.setProperty("connectTimeout", seconds);
    limited.setProperty("socketTimeout", seconds);
    Connection connection = DriverManager.getConnection(url, limited);
    if (!url.contains("socketTimeout")) {
      // A statement may take as long as it likes; the watch ends those of a silent server.
      connection.setNetworkTimeout(Runnable::run, 0);
    }
    return connection;
  }

  private static Properties copy(Properties given) {
    Properties copy = new Properties();
    copy.putAll(given);
    return copy;
  }

  private Connection remember(Connection connection) throws SQLException {
    for (Iterator<Connection> known = open.iterator(); known.hasNext(); ) {
      if (known.next().isClosed()) {
        known.remove();
      }
    }
    open.add(connection);
    return connection;
  }

  /** Opens no more, for this reason, and ends all there are, in use or not. */
  void shut(String reason) {
    opening.writeLock().lock();
    try {
      shut = Optional.of(reason);
      open.forEach(this::end);
      open.clear();
    } finally {
      opening.writeLock().unlock();
    }
  }

  /** Ends one. To close one of a silent PostgreSQL would mean to talk to it. */
  void end(Connection connection) {
    try {
      if (isPostgres()) {
        connection.abort(Runnable::run);
      } else {
        connection.close();
      }
    } catch (SQLException alreadyBroken) {
      LOG.debug("a connection of a database that is away did not end well", alreadyBroken);
    }
  }

  /** Opens connections again. */
  void reopen() {
    shut = Optional.empty();
  }
}
