package org.fhiranchor.interceptors.store;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** The tags that HAPI keeps outside of versions, in tables of its own. */
public final class SqlStoredTags {
  private static final List<String> TABLES = List.of("HFJ_RES_TAG", "HFJ_HISTORY_TAG");

  private SqlStoredTags() {}

  /** Whether there is any; reads one row of each table at most. */
  public static boolean any(JdbcTemplate jdbc) {
    return TABLES.stream().anyMatch(table -> hasRow(jdbc, table));
  }

  private static boolean hasRow(JdbcTemplate jdbc, String table) {
    return !jdbc.queryForList("select 1 from " + table + " fetch first 1 row only").isEmpty();
  }
}
