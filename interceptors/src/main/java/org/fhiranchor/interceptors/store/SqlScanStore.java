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
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables {@code store_scan} and {@code store_scan_finding}. */
public final class SqlScanStore implements ScanStore {
  /** Scans that are kept. */
  private static final int KEPT = 50;

  private static final int LONGEST_PLACE = 400;
  private static final int LONGEST_WORDS = 2_000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  /** The template must open its transactions on the data source of {@code jdbc}. */
  public SqlScanStore(JdbcTemplate jdbc, TransactionTemplate transactions) {
    this.jdbc = JdbcClient.create(jdbc);
    this.transactions = transactions;
  }

  @Override
  public boolean add(String id, Instant now) {
    try {
      jdbc.sql(
              "insert into store_scan (scan_id, state, node, beat_millis, started_millis,"
                  + " rows_done, rows_total, findings) values (:id, 'RUNNING', '', 0, :now, 0, 0,"
                  + " 0)")
          .param("id", id)
          .param("now", now.toEpochMilli())
          .update();
      forgetOld();
      return true;
    } catch (DuplicateKeyException there) {
      return false;
    }
  }

  private void forgetOld() {
    List<String> old =
        jdbc.sql(
                "select scan_id from store_scan where state <> 'RUNNING' order by started_millis"
                    + " desc offset "
                    + KEPT)
            .query(String.class)
            .list();
    for (String id : old) {
      forgetFindings(id);
      jdbc.sql("delete from store_scan where scan_id = :id").param("id", id).update();
    }
  }

  private void forgetFindings(String id) {
    jdbc.sql("delete from store_scan_finding where scan_id = :id").param("id", id).update();
  }

  @Override
  public boolean claim(String id, String node, Instant now, Instant silentSince) {
    Boolean claimed =
        transactions.execute(
            status -> {
              int updated =
                  jdbc.sql(
                          "update store_scan set node = :node, beat_millis = :now, rows_done = 0,"
                              + " findings = 0 where scan_id = :id and state = 'RUNNING' and"
                              + " beat_millis < :silent")
                      .param("node", node)
                      .param("now", now.toEpochMilli())
                      .param("id", id)
                      .param("silent", silentSince.toEpochMilli())
                      .update();
              if (updated == 1) {
                forgetFindings(id);
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
                  jdbc.sql(
                          "update store_scan set beat_millis = :now, rows_done = :done, rows_total"
                              + " = :total, findings = :findings where scan_id = :id and node ="
                              + " :node and state = 'RUNNING'")
                      .param("now", now.toEpochMilli())
                      .param("done", progress.done())
                      .param("total", progress.total())
                      .param("findings", progress.findings())
                      .param("id", id)
                      .param("node", node)
                      .update();
              if (updated == 1 && !more.isEmpty()) {
                insert(id, more);
              }
              return updated == 1;
            });
    return Boolean.TRUE.equals(kept);
  }

  private void insert(String id, List<Finding> more) {
    int next =
        1
            + jdbc.sql(
                    "select coalesce(max(number), 0) from store_scan_finding where scan_id = :id")
                .param("id", id)
                .query(Integer.class)
                .single();
    for (Finding finding : more) {
      jdbc.sql(
              "insert into store_scan_finding (scan_id, number, kind, place, what) values (:id,"
                  + " :number, :kind, :place, :what)")
          .param("id", id)
          .param("number", next)
          .param("kind", finding.kind().name())
          .param("place", cut(finding.place(), LONGEST_PLACE))
          .param("what", cut(finding.what(), LONGEST_WORDS))
          .update();
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
    jdbc.sql(
            "update store_scan set node = '', beat_millis = 0 where scan_id = :id and node = :node")
        .param("id", id)
        .param("node", node)
        .update();
  }

  @Override
  public void end(String id, String node, Scan.State state, Instant now) {
    jdbc.sql(
            "update store_scan set state = :state, ended_millis = :now where scan_id = :id and node"
                + " = :node and state = 'RUNNING'")
        .param("state", state.name())
        .param("now", now.toEpochMilli())
        .param("id", id)
        .param("node", node)
        .update();
  }

  @Override
  public boolean cancel(String id, Instant now) {
    return jdbc.sql(
                "update store_scan set state = 'CANCELLED', ended_millis = :now where scan_id = :id"
                    + " and state = 'RUNNING'")
            .param("now", now.toEpochMilli())
            .param("id", id)
            .update()
        == 1;
  }

  @Override
  public Optional<Scan> find(String id) {
    return jdbc.sql("select * from store_scan where scan_id = :id")
        .param("id", id)
        .query((row, n) -> scan(row))
        .optional();
  }

  @Override
  public Optional<Scan> newest() {
    return jdbc.sql(
            "select * from store_scan where state in ('DONE', 'FAILED') order by started_millis"
                + " desc limit 1")
        .query((row, n) -> scan(row))
        .optional();
  }

  @Override
  public List<Scan> running() {
    return jdbc.sql(
            "select * from store_scan where state = 'RUNNING' order by started_millis limit 100")
        .query((row, n) -> scan(row))
        .list();
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
    return jdbc.sql(
            "select kind, place, what from store_scan_finding where scan_id = :id and number >="
                + " :first order by number limit :most")
        .param("id", id)
        .param("first", from)
        .param("most", limit)
        .query(
            (row, n) ->
                new Finding(
                    Finding.Kind.valueOf(row.getString("kind")),
                    row.getString("place"),
                    row.getString("what")))
        .list();
  }
}
