package org.fhiranchor.interceptors.store.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HousekeepingTest {
  private static final int ROWS = 20_000;
  private static final long SEED = 20_261_128;

  @TempDir Path folder;

  @Test
  @DisplayName(
      "OPS-1 under changes without a pause H2's file stays near what it holds; without our"
          + " housekeeping it does not")
  void keepsTheFileSmall() throws SQLException, IOException {
    long kept = sizeAfterChanges("kept", true);
    long left = sizeAfterChanges("left", false);

    assertThat(kept).as("bytes, where %d without", left).isLessThan(left / 3);
  }

  /** The same changes in both. */
  private long sizeAfterChanges(String name, boolean ours) throws SQLException, IOException {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:file:" + folder.resolve(name) + ";WRITE_DELAY=0;RETENTION_TIME=0");
    DataSource database = ours ? new OneWriterDataSource(h2) : h2;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      connection.createStatement().execute("create table t (id int primary key, v varchar(200))");
      connection
          .createStatement()
          .execute("insert into t select x, repeat('a', 150) from system_range(1, " + ROWS + ")");
      connection.commit();
      change(connection);
      return Files.size(folder.resolve(name + ".mv.db"));
    }
  }

  private static void change(Connection connection) throws SQLException {
    Random random = new Random(SEED);
    try (PreparedStatement update =
        connection.prepareStatement("update t set v = ? where id = ?")) {
      for (int n = 0; n < 48_000; n++) {
        update.setString(1, "b".repeat(random.nextInt(200)));
        update.setInt(2, 1 + random.nextInt(ROWS));
        update.executeUpdate();
        connection.commit();
      }
    }
  }
}
