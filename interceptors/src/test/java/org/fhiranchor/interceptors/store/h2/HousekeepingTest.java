package org.fhiranchor.interceptors.store.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
final class HousekeepingTest {
  private static final int TABLES = 30;

  /** Housekeeping is done at most once a second, however many commits a second there are. */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(12);

  @TempDir Path folder;

  @Test
  @DisplayName(
      "OPS-1 under changes without a pause H2's file stays near what it holds; without our"
          + " housekeeping it does not")
  void keepsTheFileSmall() throws SQLException, IOException {
    Changed kept = changed("kept", true, new Until(Integer.MAX_VALUE, LONG_ENOUGH));
    Changed left = changed("left", false, new Until(kept.commits(), Duration.ofHours(1)));

    assertThat(left.commits()).isEqualTo(kept.commits());
    assertThat(kept.bytes())
        .as("bytes, where %d without", left.bytes())
        .isLessThan(left.bytes() / 2);
  }

  private record Until(int commits, Duration time) {}

  private record Changed(int commits, long bytes) {}

  /** Rows that come one after the other, in many tables at once: as HAPI writes. */
  private Changed changed(String name, boolean ours, Until until) throws SQLException, IOException {
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
      int commits = change(connection, until);
      return new Changed(commits, Files.size(folder.resolve(name + ".mv.db")));
    }
  }

  private static int change(Connection connection, Until until) throws SQLException {
    long end = System.nanoTime() + until.time().toNanos();
    int n = 0;
    while (n < until.commits() && System.nanoTime() - end < 0) {
      for (int table = 0; table < TABLES; table++) {
        try (PreparedStatement insert =
            connection.prepareStatement("insert into t" + table + " values (?, ?)")) {
          insert.setInt(1, n);
          insert.setString(2, "row " + n);
          insert.executeUpdate();
        }
      }
      connection.commit();
      n++;
    }
    return n;
  }
}
