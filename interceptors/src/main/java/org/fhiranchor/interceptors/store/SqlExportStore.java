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
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code provenance_export}; each method is one statement. */
public final class SqlExportStore implements ExportStore {
  private static final String MINE =
      " where export_id = :id and node = :node and state = 'RUNNING'";

  private final JdbcClient jdbc;

  /** Reads and writes with this template. */
  public SqlExportStore(JdbcTemplate jdbc) {
    this.jdbc = JdbcClient.create(jdbc);
  }

  @Override
  public void add(ProvenanceExport.Order order, Instant now) {
    jdbc.sql(
            "insert into provenance_export (export_id, state, holder, requester, request, filter,"
                + " output_format, node, beat_millis, started_millis, leaves_done, leaves_total)"
                + " values (:id, 'RUNNING', :holder, :requester, :request, :filter, :format, '', 0,"
                + " :now, 0, 0)")
        .param("id", order.id())
        .param("holder", order.holder())
        .param("requester", order.requester().getBytes(UTF_8))
        .param("request", order.request().getBytes(UTF_8))
        .param("filter", order.filter().toText().getBytes(UTF_8))
        .param("format", order.format().word())
        .param("now", now.toEpochMilli())
        .update();
  }

  @Override
  public boolean claim(String id, String node, Instant now, Instant silentSince) {
    return jdbc.sql(
                "update provenance_export set node = :node, beat_millis = :now where export_id ="
                    + " :id and state = 'RUNNING' and beat_millis < :silent")
            .param("node", node)
            .param("now", now.toEpochMilli())
            .param("id", id)
            .param("silent", silentSince.toEpochMilli())
            .update()
        == 1;
  }

  @Override
  public void begin(String id, String node, String head, long total) {
    mine(id, node, "head = :head, leaves_total = :total")
        .param("head", head.getBytes(UTF_8))
        .param("total", total)
        .update();
  }

  @Override
  public boolean progress(String id, String node, Mark mark, Instant now) {
    return mine(id, node, "beat_millis = :now, leaves_done = :done, mark = :mark")
            .param("now", now.toEpochMilli())
            .param("done", mark.done())
            .param("mark", mark.text().getBytes(UTF_8))
            .update()
        == 1;
  }

  @Override
  public void release(String id, String node) {
    mine(id, node, "node = '', beat_millis = 0").update();
  }

  @Override
  public void end(String id, String node, ProvenanceExport.State state, Instant now) {
    mine(id, node, "state = :state, ended_millis = :now")
        .param("state", state.name())
        .param("now", now.toEpochMilli())
        .update();
  }

  /** A change of an export that runs on this node. */
  private JdbcClient.StatementSpec mine(String id, String node, String change) {
    return jdbc.sql("update provenance_export set " + change + MINE)
        .param("id", id)
        .param("node", node);
  }

  @Override
  public void forgetAll() {
    jdbc.sql("delete from provenance_export").update();
  }

  @Override
  public void cancel(String id, Instant now) {
    jdbc.sql(
            "update provenance_export set state = 'CANCELLED', ended_millis = :now where export_id"
                + " = :id")
        .param("now", now.toEpochMilli())
        .param("id", id)
        .update();
  }

  @Override
  public Optional<ProvenanceExport> find(String id) {
    return jdbc.sql("select * from provenance_export where export_id = :id")
        .param("id", id)
        .query((row, n) -> export(row))
        .optional();
  }

  @Override
  public List<ProvenanceExport> running() {
    return jdbc.sql(
            "select * from provenance_export where state = 'RUNNING' order by started_millis limit"
                + " 100")
        .query((row, n) -> export(row))
        .list();
  }

  @Override
  public List<String> endedBefore(Instant before) {
    return jdbc.sql(
            "select export_id from provenance_export where state <> 'RUNNING' and ended_millis <"
                + " :before limit 1000")
        .param("before", before.toEpochMilli())
        .query(String.class)
        .list();
  }

  @Override
  public void forget(String id) {
    jdbc.sql("delete from provenance_export where export_id = :id").param("id", id).update();
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
