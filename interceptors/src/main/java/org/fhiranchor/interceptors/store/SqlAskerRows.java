package org.fhiranchor.interceptors.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fhiranchor.interceptors.disclosure.AskerRows;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.springframework.jdbc.core.JdbcTemplate;

/** The column {@code asker} of the table {@code disclosure}. */
public final class SqlAskerRows implements AskerRows {
  private final JdbcTemplate jdbc;

  /** Rows of that database. */
  public SqlAskerRows(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public boolean anyWithout() {
    return anyWithout(jdbc);
  }

  static boolean anyWithout(JdbcTemplate jdbc) {
    return !jdbc.queryForList(
            "select disclosure_id from disclosure where asker is null limit 1", Long.class)
        .isEmpty();
  }

  @Override
  public long newest() {
    Long newest =
        jdbc.queryForObject("select coalesce(max(disclosure_id), 0) from disclosure", Long.class);
    return newest == null ? 0 : newest;
  }

  @Override
  public List<Unnoted> unnoted(long after, long to) {
    return jdbc.query(
        "select disclosure_id, content from disclosure where disclosure_id > ? and disclosure_id <="
            + " ? and (asker is null or (content is null and asker <> ?)) order by disclosure_id",
        (row, n) -> {
          byte[] content = row.getBytes("content");
          return new Unnoted(
              row.getLong("disclosure_id"),
              content == null ? "" : new String(content, StandardCharsets.UTF_8));
        },
        after,
        to,
        SubjectTags.NOBODY.bytes());
  }

  @Override
  public void note(List<Noted> askers) {
    // Each by itself: what was noted meanwhile stays as it is, and what was removed is nobody's.
    jdbc.batchUpdate(
        "update disclosure set asker = case when content is null then cast(? as bytea) else cast(?"
            + " as bytea) end where disclosure_id = ? and (asker is null or content is null)",
        askers.stream()
            .map(one -> new Object[] {SubjectTags.NOBODY.bytes(), one.asker().bytes(), one.id()})
            .toList());
  }
}
