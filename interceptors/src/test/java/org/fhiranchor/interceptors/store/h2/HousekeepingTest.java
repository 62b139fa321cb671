package org.fhiranchor.interceptors.store.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
final class HousekeepingTest {
  private static final int TABLES = 30;
  private static final int COMMITS = 6_000;

  @TempDir Path folder;

  @Test
  @DisplayName(
      "OPS-1 under changes without a pause H2's file stays near what it holds; without our"
          + " housekeeping it does not")
  void keepsTheFileSmall() throws SQLException, IOException {
    long kept = sizeAfterChanges("kept", true);
    long left = sizeAfterChanges("left", false);

    assertThat(kept).as("bytes, where %d without", left).isLessThan(left * 2 / 3);
  }

  /** Rows that come one after the other, in many tables at once: as HAPI writes. */
  private long sizeAfterChanges(String name, boolean ours) throws SQLException, IOException {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:file:" + folder.resolve(name) + ";WRITE_DELAY=0;RETENTION_TIME=0");
    DataSource database = ours ? new OneWriterDataSource(h2) : h2;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      for (int table = 0; table < TABLES; table++) {
        connection
            .createStatement()
            .execute("create table t" + table + " (id int primary key, v varchar(200))");
      }
      connection.commit();
      change(connection);
      return Files.size(folder.resolve(name + ".mv.db"));
    }
  }

  private static void change(Connection connection) throws SQLException {
    for (int n = 0; n < COMMITS; n++) {
      for (int table = 0; table < TABLES; table++) {
        try (PreparedStatement insert =
            connection.prepareStatement("insert into t" + table + " values (?, ?)")) {
          insert.setInt(1, n);
          insert.setString(2, "row " + n);
          insert.executeUpdate();
        }
      }
      connection.commit();
    }
  }
}
