package org.fhiranchor.interceptors.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fhiranchor.interceptors.disclosure.AskerRows;
import org.springframework.jdbc.core.JdbcTemplate;

/** The column {@code asker} of the table {@code disclosure}. */
public final class SqlAskerRows implements AskerRows {
  private final JdbcTemplate jdbc;

  /** Rows of that database. */
  public SqlAskerRows(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<Unnoted> withoutAsker(int limit) {
    return jdbc.query(
        "select disclosure_id, content from disclosure where asker is null order by"
            + " recorded_millis desc limit ?",
        (row, n) -> {
          byte[] content = row.getBytes("content");
          return new Unnoted(
              row.getLong("disclosure_id"),
              content == null ? "" : new String(content, StandardCharsets.UTF_8));
        },
        limit);
  }

  @Override
  public void note(List<Noted> askers) {
    // Each by itself: what was noted, or removed, meanwhile stays as it is.
    jdbc.batchUpdate(
        "update disclosure set asker = ? where disclosure_id = ? and asker is null",
        askers.stream().map(one -> new Object[] {one.asker().bytes(), one.id()}).toList());
  }
}
