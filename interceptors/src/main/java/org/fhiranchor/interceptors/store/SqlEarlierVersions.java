package org.fhiranchor.interceptors.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.recording.EarlierVersions;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@link EarlierVersions} in HAPI's table of versions and our table {@code binary_sweep}. */
public final class SqlEarlierVersions implements EarlierVersions {
  private static final String KEYS =
      "select pid from hfj_res_ver where pid > :after order by pid limit :rows";

  private static final String VERSIONS =
      "select r.res_type, r.fhir_id, v.res_ver, v.res_encoding, v.res_text_vc from hfj_res_ver v"
          + " join hfj_resource r on r.res_id = v.res_id where v.pid > :after and v.pid <= :last"
          + " and v.res_deleted_at is null and r.fhir_id is not null and (v.res_text_vc is null or"
          + " v.res_text_vc like '%Binary/%') order by v.pid";

  private final JdbcClient jdbc;
  private final InstantSource clock;

  /** Over the database that HAPI writes to. */
  public SqlEarlierVersions(JdbcTemplate jdbc, InstantSource clock) {
    this.jdbc = JdbcClient.create(jdbc);
    this.clock = clock;
  }

  @Override
  public boolean isDone() {
    return !jdbc.sql("select sweep_id from binary_sweep where done_at is not null")
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  @Override
  public Page next(int rows) {
    long after = seen();
    List<Long> keys =
        jdbc.sql(KEYS).param("after", after).param("rows", rows).query(Long.class).list();
    if (keys.isEmpty()) {
      return new Page(after, true, List.of());
    }
    long last = keys.get(keys.size() - 1);
    List<Version> versions =
        jdbc.sql(VERSIONS)
            .param("after", after)
            .param("last", last)
            .query((row, n) -> version(row))
            .list();
    return new Page(last, keys.size() < rows, versions);
  }

  private long seen() {
    return jdbc.sql("select seen_pid from binary_sweep where seen_pid is not null")
        .query(Long.class)
        .optional()
        .orElse(Long.MIN_VALUE);
  }

  private static Version version(ResultSet row) throws SQLException {
    IdType id = new IdType(row.getString(1), row.getString(2), row.getString(3));
    boolean json = "JSON".equals(row.getString(4));
    return new Version(id, Optional.ofNullable(row.getString(5)).filter(text -> json));
  }

  @Override
  public void seen(Page page) {
    jdbc.sql("update binary_sweep set seen_pid = :last where seen_pid is null or seen_pid < :last")
        .param("last", page.last())
        .update();
    if (page.end()) {
      jdbc.sql("update binary_sweep set done_at = :now where done_at is null")
          .param("now", Timestamp.from(clock.instant()))
          .update();
    }
  }
}
