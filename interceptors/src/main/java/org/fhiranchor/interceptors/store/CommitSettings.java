package org.fhiranchor.interceptors.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What PostgreSQL is told to do for a commit: without it a crash of the machine loses records that
 * were durable before something was shown (DIS-2, DIS-7).
 */
public final class CommitSettings {
  private static final List<String> WANTED =
      List.of("fsync", "synchronous_commit", "full_page_writes");

  private static final String ASK =
      "select current_setting('fsync'), current_setting('synchronous_commit'),"
          + " current_setting('full_page_writes')";

  private final JdbcTemplate jdbc;
  private final boolean asked;

  /** Of this database. */
  public CommitSettings(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    asked = Boolean.TRUE.equals(jdbc.execute(CommitSettings::isPostgres));
  }

  private static boolean isPostgres(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
  }

  /** The names of those that are off for our connections; none on another database. */
  public List<String> off() {
    return asked
        ? Objects.requireNonNull(jdbc.queryForObject(ASK, (row, n) -> off(row)))
        : List.of();
  }

  private static List<String> off(ResultSet row) throws SQLException {
    List<String> off = new ArrayList<>();
    for (int i = 0; i < WANTED.size(); i++) {
      if (row.getString(i + 1).equals("off")) {
        off.add(WANTED.get(i));
      }
    }
    return off;
  }
}
