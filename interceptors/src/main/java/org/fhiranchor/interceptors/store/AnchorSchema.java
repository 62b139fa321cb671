package org.fhiranchor.interceptors.store;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.TreeHash;
import org.flywaydb.core.Flyway;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Creates and updates our tables, beside HAPI's and with a history table of their own. */
public final class AnchorSchema {
  private AnchorSchema() {}

  /**
   * Brings the tables up to date; harmless when they are.
   *
   * @throws StartRefusedException when leaves wait that a version before seals wrote: the schema's
   *     history cannot vouch for them, for whoever has the database can write that too
   */
  public static void migrate(DataSource dataSource) {
    refuseUnsealed(dataSource);
    Flyway.configure(AnchorSchema.class.getClassLoader())
        .dataSource(dataSource)
        .locations("classpath:org/fhiranchor/interceptors/store/migrations")
        .table("anchor_schema_history")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load()
        .migrate();
  }

  private static void refuseUnsealed(DataSource dataSource) {
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    if (has(jdbc, "anchor_pending", "chain") && !has(jdbc, "anchor_pending", "seal")) {
      Long waiting = jdbc.queryForObject("select count(*) from anchor_pending", Long.class);
      if (waiting != null && waiting > 0) {
        throw new StartRefusedException(
            ("%d leaves wait in anchor_pending that an earlier version wrote without a seal: start"
                    + " that version once more and end it with SIGTERM, which sequences them")
                .formatted(waiting));
      }
    }
  }

  private static boolean has(JdbcTemplate jdbc, String table, String column) {
    Boolean found =
        jdbc.execute(
            (ConnectionCallback<Boolean>)
                connection -> hasColumn(connection.getMetaData(), table, column));
    return Boolean.TRUE.equals(found);
  }

  private static boolean hasColumn(DatabaseMetaData database, String table, String column)
      throws SQLException {
    boolean upper = database.storesUpperCaseIdentifiers();
    try (ResultSet found =
        database.getColumns(
            null,
            null,
            upper ? table.toUpperCase(Locale.ROOT) : table,
            upper ? column.toUpperCase(Locale.ROOT) : column)) {
      return found.next();
    }
  }

  /** Whether a log was begun in this database; its tables may not be there yet. */
  public static boolean carriesLog(DataSource dataSource) {
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    Boolean table =
        jdbc.execute(
            (ConnectionCallback<Boolean>)
                connection -> hasTable(connection.getMetaData(), "anchor_log"));
    return Boolean.TRUE.equals(table)
        && !jdbc.queryForList("select id from anchor_log", Integer.class).isEmpty();
  }

  private static boolean hasTable(DatabaseMetaData database, String name) throws SQLException {
    boolean upper = database.storesUpperCaseIdentifiers();
    String stored = upper ? name.toUpperCase(Locale.ROOT) : name;
    try (ResultSet found = database.getTables(null, null, stored, null)) {
      return found.next();
    }
  }

  /**
   * Makes the log's row on the first start, and checks on every later one that it is this log.
   *
   * @throws WrongLogException when the database carries a log of another origin or key
   */
  public static void openLog(JdbcTemplate jdbc, LogVerifierKey key) {
    insertFirst(jdbc, key);
    jdbc.query(
        Rows.STATE,
        row -> {
          if (!row.getString("verifier_key").equals(key.toString())) {
            throw new WrongLogException(row.getString("verifier_key"), key.toString());
          }
        });
  }

  private static void insertFirst(JdbcTemplate jdbc, LogVerifierKey key) {
    Integer rows = jdbc.queryForObject("select count(*) from anchor_log", Integer.class);
    if (rows != null && rows > 0) {
      return;
    }
    try {
      JdbcClient.create(jdbc)
          .sql(
              "insert into anchor_log (id, origin, verifier_key, tree_size, root, anchored_size)"
                  + " values (1, :origin, :key, 0, :root, 0)")
          .param("origin", key.name())
          .param("key", key.toString())
          .param("root", TreeHash.EMPTY.bytes())
          .update();
    } catch (DuplicateKeyException e) {
      // Another node started at the same instant and was first; the check that follows compares.
      return;
    }
  }
}
