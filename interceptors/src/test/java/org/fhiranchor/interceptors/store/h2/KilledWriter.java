package org.fhiranchor.interceptors.store.h2;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * A process that writes the same number into two tables in one transaction, over and over, and says
 * so once it is committed. What it writes over is what H2's housekeeping has to do with.
 */
public final class KilledWriter {
  static final int WRITERS = 4;
  static final int ROWS = 40;

  private final DataSource database;

  private KilledWriter(DataSource database) {
    this.database = database;
  }

  /** The database in this folder, as a server opens it. */
  static DataSource open(Path folder) {
    return new OneWriterDataSource(JdbcConnectionPool.create(url(folder), "sa", ""));
  }

  private static String url(Path folder) {
    return "jdbc:h2:file:"
        + folder.resolve("killed")
        + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;RETENTION_TIME=0;LOCK_TIMEOUT=10000";
  }

  /** Writes until it is killed; the argument is the folder. */
  public static void main(String[] arguments) throws SQLException {
    KilledWriter writer = new KilledWriter(open(Path.of(arguments[0])));
    for (int i = 0; i < WRITERS; i++) {
      int number = i;
      new Thread(() -> writer.write(number)).start();
    }
  }

  static void createTables(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      for (String table : new String[] {"a", "b"}) {
        connection
            .createStatement()
            .execute(
                "create table if not exists "
                    + table
                    + " (writer int, id int, n bigint, words clob, primary key (writer, id))");
      }
    }
  }

  private void write(int writer) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      for (long n = last(connection, writer) + 1; ; n++) {
        put(connection, "a", writer, n);
        put(connection, "b", writer, n);
        connection.commit();
        System.out.println(writer + " " + n);
      }
    } catch (SQLException failed) {
      throw new IllegalStateException("write", failed);
    }
  }

  private static long last(Connection connection, int writer) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("select coalesce(max(n), 0) from a where writer = ?")) {
      query.setInt(1, writer);
      var row = query.executeQuery();
      row.next();
      return row.getLong(1);
    }
  }

  private static void put(Connection connection, String table, int writer, long n)
      throws SQLException {
    try (PreparedStatement merge =
        connection.prepareStatement("merge into " + table + " key (writer, id) values (?,?,?,?)")) {
      merge.setInt(1, writer);
      merge.setLong(2, n % ROWS);
      merge.setLong(3, n);
      merge.setString(4, Long.toString(n).repeat(100 + (int) (n % 400)));
      merge.executeUpdate();
    }
  }
}
