package org.fhiranchor.interceptors.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.export.ExportStore;
import org.fhiranchor.interceptors.export.ProvenanceExport;
import org.fhiranchor.merkle.ExportFilter;
import org.fhiranchor.merkle.ExportFormat;
import org.springframework.jdbc.core.JdbcTemplate;

/** The table {@code provenance_export}; each method is one statement. */
public final class SqlExportStore implements ExportStore {
  private static final String MINE = " where export_id = ? and node = ? and state = 'RUNNING'";

  private final JdbcTemplate jdbc;

  /** Reads and writes with this template. */
  public SqlExportStore(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void add(ProvenanceExport.Order order, Instant now) {
    jdbc.update(
        "insert into provenance_export (export_id, state, holder, requester, request, filter,"
            + " output_format, node, beat_millis, started_millis, leaves_done, leaves_total) values"
            + " (?, 'RUNNING', ?, ?, ?, ?, ?, '', 0, ?, 0, 0)",
        order.id(),
        order.holder(),
        order.requester().getBytes(UTF_8),
        order.request().getBytes(UTF_8),
        order.filter().toText().getBytes(UTF_8),
        order.format().word(),
        now.toEpochMilli());
  }

  @Override
  public boolean claim(String id, String node, Instant now, Instant silentSince) {
    return jdbc.update(
            "update provenance_export set node = ?, beat_millis = ? where export_id = ? and state ="
                + " 'RUNNING' and beat_millis < ?",
            node,
            now.toEpochMilli(),
            id,
            silentSince.toEpochMilli())
        == 1;
  }

  @Override
  public void begin(String id, String node, String head, long total) {
    jdbc.update(
        "update provenance_export set head = ?, leaves_total = ?" + MINE,
        head.getBytes(UTF_8),
        total,
        id,
        node);
  }

  @Override
  public boolean progress(String id, String node, Mark mark, Instant now) {
    return jdbc.update(
            "update provenance_export set beat_millis = ?, leaves_done = ?, mark = ?" + MINE,
            now.toEpochMilli(),
            mark.done(),
            mark.text().getBytes(UTF_8),
            id,
            node)
        == 1;
  }

  @Override
  public void release(String id, String node) {
    jdbc.update("update provenance_export set node = '', beat_millis = 0" + MINE, id, node);
  }

  @Override
  public void end(String id, String node, ProvenanceExport.State state, Instant now) {
    jdbc.update(
        "update provenance_export set state = ?, ended_millis = ?" + MINE,
        state.name(),
        now.toEpochMilli(),
        id,
        node);
  }

  @Override
  public void forgetAll() {
    jdbc.update("delete from provenance_export");
  }

  @Override
  public void cancel(String id, Instant now) {
    jdbc.update(
        "update provenance_export set state = 'CANCELLED', ended_millis = ? where export_id = ?",
        now.toEpochMilli(),
        id);
  }

  @Override
  public Optional<ProvenanceExport> find(String id) {
    return jdbc
        .query("select * from provenance_export where export_id = ?", (row, n) -> export(row), id)
        .stream()
        .findFirst();
  }

  @Override
  public List<ProvenanceExport> running() {
    return jdbc.query(
        "select * from provenance_export where state = 'RUNNING' order by started_millis limit 100",
        (row, n) -> export(row));
  }

  @Override
  public List<String> endedBefore(Instant before) {
    return jdbc.queryForList(
        "select export_id from provenance_export where state <> 'RUNNING' and ended_millis < ?"
            + " limit 1000",
        String.class,
        before.toEpochMilli());
  }

  @Override
  public void forget(String id) {
    jdbc.update("delete from provenance_export where export_id = ?", id);
  }

  private static ProvenanceExport export(ResultSet row) throws SQLException {
    long ended = row.getLong("ended_millis");
    Optional<Instant> end =
        row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ended));
    ProvenanceExport.Order order =
        new ProvenanceExport.Order(
            row.getString("export_id"),
            row.getString("holder"),
            new String(row.getBytes("requester"), UTF_8),
            new String(row.getBytes("request"), UTF_8),
            ExportFilter.ofText(new String(row.getBytes("filter"), UTF_8)),
            ExportFormat.of(row.getString("output_format")).orElseThrow());
    return new ProvenanceExport(
        order,
        ProvenanceExport.State.valueOf(row.getString("state")),
        Instant.ofEpochMilli(row.getLong("started_millis")),
        end,
        text(row, "head"),
        text(row, "mark"),
        row.getLong("leaves_done"),
        row.getLong("leaves_total"));
  }

  private static Optional<String> text(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getBytes(column)).map(bytes -> new String(bytes, UTF_8));
  }
}
