package org.fhiranchor.interceptors.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.scan.Scan;
import org.fhiranchor.interceptors.scan.ScanStore;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables {@code store_scan} and {@code store_scan_finding}. */
public final class SqlScanStore implements ScanStore {
  /** Scans that are kept. */
  private static final int KEPT = 50;

  private static final int LONGEST_PLACE = 400;
  private static final int LONGEST_WORDS = 2_000;

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;

  /** The template must open its transactions on the data source of {@code jdbc}. */
  public SqlScanStore(JdbcTemplate jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  @Override
  public boolean add(String id, Instant now) {
    try {
      jdbc.update(
          "insert into store_scan (scan_id, state, node, beat_millis, started_millis, rows_done,"
              + " rows_total, findings) values (?, 'RUNNING', '', 0, ?, 0, 0, 0)",
          id,
          now.toEpochMilli());
      forgetOld();
      return true;
    } catch (DuplicateKeyException there) {
      return false;
    }
  }

  private void forgetOld() {
    List<String> old =
        jdbc.queryForList(
            "select scan_id from store_scan where state <> 'RUNNING' order by started_millis desc"
                + " offset "
                + KEPT,
            String.class);
    for (String id : old) {
      jdbc.update("delete from store_scan_finding where scan_id = ?", id);
      jdbc.update("delete from store_scan where scan_id = ?", id);
    }
  }

  @Override
  public boolean claim(String id, String node, Instant now, Instant silentSince) {
    Boolean claimed =
        transactions.execute(
            status -> {
              int updated =
                  jdbc.update(
                      "update store_scan set node = ?, beat_millis = ?, rows_done = 0, findings = 0"
                          + " where scan_id = ? and state = 'RUNNING' and beat_millis < ?",
                      node,
                      now.toEpochMilli(),
                      id,
                      silentSince.toEpochMilli());
              if (updated == 1) {
                jdbc.update("delete from store_scan_finding where scan_id = ?", id);
              }
              return updated == 1;
            });
    return Boolean.TRUE.equals(claimed);
  }

  @Override
  public boolean progress(
      String id, String node, Progress progress, List<Finding> more, Instant now) {
    Boolean kept =
        transactions.execute(
            status -> {
              int updated =
                  jdbc.update(
                      "update store_scan set beat_millis = ?, rows_done = ?, rows_total = ?,"
                          + " findings = ? where scan_id = ? and node = ? and state = 'RUNNING'",
                      now.toEpochMilli(),
                      progress.done(),
                      progress.total(),
                      progress.findings(),
                      id,
                      node);
              if (updated == 1 && !more.isEmpty()) {
                insert(id, more);
              }
              return updated == 1;
            });
    return Boolean.TRUE.equals(kept);
  }

  private void insert(String id, List<Finding> more) {
    Integer last =
        jdbc.queryForObject(
            "select coalesce(max(number), 0) from store_scan_finding where scan_id = ?",
            Integer.class,
            id);
    int next = last == null ? 1 : last + 1;
    for (Finding finding : more) {
      jdbc.update(
          "insert into store_scan_finding (scan_id, number, kind, place, what) values (?,?,?,?,?)",
          id,
          next,
          finding.kind().name(),
          cut(finding.place(), LONGEST_PLACE),
          cut(finding.what(), LONGEST_WORDS));
      next++;
    }
  }

  /** PostgreSQL keeps no NUL, which an edited text may hold. */
  private static String cut(String text, int longest) {
    String plain = text.replace('\0', '?');
    return plain.length() > longest ? plain.substring(0, longest) : plain;
  }

  @Override
  public void release(String id, String node) {
    jdbc.update(
        "update store_scan set node = '', beat_millis = 0 where scan_id = ? and node = ?",
        id,
        node);
  }

  @Override
  public void end(String id, String node, Scan.State state, Instant now) {
    jdbc.update(
        "update store_scan set state = ?, ended_millis = ? where scan_id = ? and node = ? and state"
            + " = 'RUNNING'",
        state.name(),
        now.toEpochMilli(),
        id,
        node);
  }

  @Override
  public boolean cancel(String id, Instant now) {
    return jdbc.update(
            "update store_scan set state = 'CANCELLED', ended_millis = ? where scan_id = ? and"
                + " state = 'RUNNING'",
            now.toEpochMilli(),
            id)
        == 1;
  }

  @Override
  public Optional<Scan> find(String id) {
    return jdbc
        .query("select * from store_scan where scan_id = ?", (row, n) -> scan(row), id)
        .stream()
        .findFirst();
  }

  @Override
  public Optional<Scan> newest() {
    return jdbc
        .query(
            "select * from store_scan where state in ('DONE', 'FAILED') order by started_millis"
                + " desc limit 1",
            (row, n) -> scan(row))
        .stream()
        .findFirst();
  }

  @Override
  public List<Scan> running() {
    return jdbc.query(
        "select * from store_scan where state = 'RUNNING' order by started_millis limit 100",
        (row, n) -> scan(row));
  }

  private static Scan scan(ResultSet row) throws SQLException {
    long ended = row.getLong("ended_millis");
    Optional<Instant> end =
        row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ended));
    return new Scan(
        row.getString("scan_id"),
        Scan.State.valueOf(row.getString("state")),
        Instant.ofEpochMilli(row.getLong("started_millis")),
        end,
        row.getLong("rows_done"),
        row.getLong("rows_total"),
        row.getLong("findings"));
  }

  @Override
  public List<Finding> findings(String id, int from, int limit) {
    return jdbc.query(
        "select kind, place, what from store_scan_finding where scan_id = ? and number >= ? order"
            + " by number limit ?",
        (row, n) ->
            new Finding(
                Finding.Kind.valueOf(row.getString("kind")),
                row.getString("place"),
                row.getString("what")),
        id,
        from,
        limit);
  }
}
