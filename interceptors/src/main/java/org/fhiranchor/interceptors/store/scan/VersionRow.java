package org.fhiranchor.interceptors.store.scan;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code HFJ_RES_VER} as it stands there.
 *
 * @param number of the leaf's place in its page
 */
record VersionRow(
    int number,
    Optional<Long> resource,
    Optional<Long> pid,
    @Nullable String type,
    @Nullable String fhirVersion,
    boolean tags,
    Optional<Instant> published,
    Optional<Instant> updated,
    Optional<Instant> deleted,
    @Nullable String encoding,
    @Nullable String requestId,
    @Nullable String sourceUri,
    @Nullable String text,
    boolean lob,
    boolean partition,
    boolean typeFits) {
  static final String COLUMNS =
      "v.pid, v.res_type, v.res_version, v.has_tags, v.res_published, v.res_updated,"
          + " v.res_deleted_at, v.res_encoding, v.request_id, v.source_uri, v.res_text_vc,"
          + " case when v.res_text is null then 0 else 1 end as lob,"
          + " case when v.partition_id is null and v.partition_date is null then 0 else 1 end as"
          + " partitioned,"
          + " case when v.res_type_id is null or v.res_type_id = (select y.res_type_id from"
          + " hfj_resource_type y where y.res_type = v.res_type) then 1 else 0 end as type_fits";

  static VersionRow of(ResultSet row) throws SQLException {
    return new VersionRow(
        (int) row.getLong("n"),
        number(row, "res_id"),
        number(row, "pid"),
        row.getString("res_type"),
        row.getString("res_version"),
        row.getBoolean("has_tags"),
        instant(row, "res_published"),
        instant(row, "res_updated"),
        instant(row, "res_deleted_at"),
        row.getString("res_encoding"),
        row.getString("request_id"),
        row.getString("source_uri"),
        row.getString("res_text_vc"),
        row.getInt("lob") == 1,
        row.getInt("partitioned") == 1,
        row.getInt("type_fits") == 1);
  }

  static Optional<Long> number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }

  static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    Timestamp at = row.getTimestamp(column);
    return Optional.ofNullable(at).map(Timestamp::toInstant);
  }

  /** In the milliseconds that a statement has. */
  static Optional<Instant> millis(Optional<Instant> at) {
    return at.map(instant -> instant.truncatedTo(ChronoUnit.MILLIS));
  }

  /** As HAPI puts the two together. */
  Optional<String> source() {
    String from = sourceUri == null ? "" : sourceUri;
    String whole = requestId == null || requestId.isBlank() ? from : from + "#" + requestId;
    return whole.isBlank() ? Optional.empty() : Optional.of(whole);
  }
}
