package org.fhiranchor.interceptors.store;

import java.util.List;
import java.util.stream.IntStream;
import org.fhiranchor.interceptors.disclosure.AskerRows;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The column {@code asker} of the table {@code disclosure}. */
public final class SqlAskerRows implements AskerRows {
  private final JdbcTemplate jdbc;
  private final JdbcClient named;
  private final JournalContents contents;

  /**
   * Rows of that database.
   *
   * @param contents opens what they say
   */
  public SqlAskerRows(JdbcTemplate jdbc, JournalContents contents) {
    this.jdbc = jdbc;
    this.named = JdbcClient.create(jdbc);
    this.contents = contents;
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

  private record Numbered(long id, JournalRow row) {}

  @Override
  public List<Unnoted> unnoted(long after, long to) {
    List<Numbered> found =
        named
            .sql(
                "select disclosure_id, recorded_millis, emergency, subject, digest, content from"
                    + " disclosure where disclosure_id > :after and disclosure_id <= :to and (asker"
                    + " is null or (content is null and asker <> :nobody)) order by disclosure_id")
            .param("after", after)
            .param("to", to)
            .param("nobody", SubjectTags.NOBODY.bytes())
            .query((row, n) -> new Numbered(row.getLong("disclosure_id"), JournalRow.of(row)))
            .list();
    List<DisclosureStore.Kept> kept =
        JournalRow.opened(found.stream().map(Numbered::row).toList(), contents);
    return IntStream.range(0, found.size())
        .mapToObj(i -> new Unnoted(found.get(i).id(), kept.get(i).json()))
        .toList();
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
