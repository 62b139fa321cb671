package org.fhiranchor.interceptors.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.consent.following.StoredTexts;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** HAPI's tables {@code HFJ_RESOURCE} and {@code HFJ_RES_VER}. */
public final class SqlStoredTexts implements StoredTexts {
  private static final String TEXTS =
      "select r.res_id, r.fhir_id, v.res_text_vc, v.res_ver, v.res_updated, v.source_uri,"
          + " v.request_id from unnest(cast(? as bigint array)) as h(id) join hfj_resource r on"
          + " r.res_id = h.id join hfj_res_ver v on v.res_id = r.res_id and v.res_ver = r.res_ver"
          + " where r.res_deleted_at is null and v.res_encoding = 'JSON' and v.res_text_vc is not"
          + " null and r.fhir_id is not null";

  private final JdbcTemplate jdbc;

  public SqlStoredTexts(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<Text> of(Collection<Long> resources) {
    return jdbc.query(
        TEXTS,
        ManyRows.of(resources).bigint(id -> id).setter(),
        (row, n) ->
            new Text(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getTimestamp(5).toInstant(),
                source(row.getString(6), row.getString(7))));
  }

  /** As HAPI puts the two together. */
  private static Optional<String> source(@Nullable String uri, @Nullable String request) {
    String from = uri == null ? "" : uri;
    String whole = request == null || request.isBlank() ? from : from + "#" + request;
    return whole.isBlank() ? Optional.empty() : Optional.of(whole);
  }

  @Override
  public List<String> ids(Collection<Long> resources) {
    return jdbc.query(
        "select r.fhir_id from unnest(cast(? as bigint array)) as h(id) join hfj_resource r on"
            + " r.res_id = h.id where r.res_deleted_at is null and r.fhir_id is not null",
        ManyRows.of(resources).bigint(id -> id).setter(),
        (row, n) -> row.getString(1));
  }

  @Override
  public List<Long> numbers(String type, Collection<String> ids) {
    return jdbc.query(
        "select r.res_id from unnest(cast(? as varchar array)) as h(id) join hfj_resource r on"
            + " r.res_type = ? and r.fhir_id = h.id where r.res_deleted_at is null",
        statement -> {
          ManyRows.of(ids).varchar(id -> id).setter().setValues(statement);
          statement.setString(2, type);
        },
        (row, n) -> row.getLong(1));
  }
}
