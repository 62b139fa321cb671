package org.fhiranchor.interceptors.store;

import java.util.List;
import org.fhiranchor.interceptors.log.recording.ResourcesWithoutVersion;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Looked up in HAPI's tables, along their primary keys. */
public final class SqlResourcesWithoutVersion implements ResourcesWithoutVersion {
  private static final String KEYS =
      "select res_id from hfj_resource where res_id > :after order by res_id limit :rows";

  private static final String MISSING =
      "select r.res_id, r.res_type from hfj_resource r where r.res_id > :after and r.res_id <="
          + " :last and not exists (select 1 from hfj_res_ver v where v.res_id = r.res_id and"
          + " v.res_ver = r.res_ver) order by r.res_id";

  private final JdbcClient jdbc;

  /** Over the database that HAPI writes to. */
  public SqlResourcesWithoutVersion(JdbcTemplate jdbc) {
    this.jdbc = JdbcClient.create(jdbc);
  }

  /** The lock keeps a second call, and a write, from passing between the look and what follows. */
  @Override
  public boolean isMissing(long key) {
    boolean there =
        jdbc.sql("select res_id from hfj_resource where res_id = :key for update")
            .param("key", key)
            .query(Long.class)
            .optional()
            .isPresent();
    return there && !missing(key - 1, key).isEmpty();
  }

  @Override
  public Page page(long after, int rows) {
    List<Long> keys =
        jdbc.sql(KEYS).param("after", after).param("rows", rows).query(Long.class).list();
    if (keys.isEmpty()) {
      return new Page(after, true, List.of());
    }
    long last = keys.get(keys.size() - 1);
    return new Page(last, keys.size() < rows, missing(after, last));
  }

  private List<Missing> missing(long after, long last) {
    return jdbc.sql(MISSING)
        .param("after", after)
        .param("last", last)
        .query((row, n) -> new Missing(row.getLong(1), row.getString(2)))
        .list();
  }
}
