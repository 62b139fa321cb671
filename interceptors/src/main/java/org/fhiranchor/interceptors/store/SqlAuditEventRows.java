package org.fhiranchor.interceptors.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.disclosure.AuditEventRows;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.merkle.Digest;
import org.springframework.jdbc.core.JdbcTemplate;

/** The table {@code disclosure} by instants. */
public final class SqlAuditEventRows implements AuditEventRows {
  private final JdbcTemplate jdbc;
  private final JournalContents contents;

  /**
   * Rows of that database.
   *
   * @param contents opens what they say
   */
  public SqlAuditEventRows(JdbcTemplate jdbc, JournalContents contents) {
    this.jdbc = jdbc;
    this.contents = contents;
  }

  @Override
  public List<DisclosureStore.Kept> page(Query query, Optional<Place> after, int limit) {
    Condition condition = new Condition(query);
    after.ifPresent(place -> condition.after(place, query.newestFirst()));
    String order =
        query.newestFirst()
            ? " order by recorded_millis desc, digest desc limit "
            : " order by recorded_millis, digest limit ";
    return opened(condition, order + limit);
  }

  private List<DisclosureStore.Kept> opened(Condition condition, String order) {
    return JournalRow.opened(
        jdbc.query(
            JournalRow.SELECT + condition.sql + order,
            (row, n) -> JournalRow.of(row),
            condition.values.toArray()),
        contents);
  }

  @Override
  public long count(Query query) {
    Condition condition = new Condition(query);
    Long found =
        jdbc.queryForObject(
            "select count(*) from disclosure" + condition.sql,
            Long.class,
            condition.values.toArray());
    return found == null ? 0 : found;
  }

  @Override
  public Optional<DisclosureStore.Kept> find(byte[] beginning, Optional<Digest> subject) {
    Condition condition =
        new Condition(new Query(subject, Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, true));
    byte[] last = Arrays.copyOf(beginning, Digest.LENGTH);
    Arrays.fill(last, beginning.length, Digest.LENGTH, (byte) 0xff);
    condition.and(" and digest >= ?", Arrays.copyOf(beginning, Digest.LENGTH));
    condition.and(" and digest <= ?", last);
    return opened(condition, "").stream().findFirst();
  }

  @Override
  public boolean knowsAskers() {
    return !SqlAskerRows.anyWithout(jdbc);
  }

  private static final class Condition {
    private final List<Object> values = new ArrayList<>();
    private String sql = "";

    Condition(Query query) {
      and(" where recorded_millis >= ?", query.from());
      and(" and recorded_millis <= ?", query.to());
      query.subject().ifPresent(tag -> and(" and subject = ?", tag.hex()));
      // A version before the tags leaves them where it removes a content (AskerNotes).
      query.asker().ifPresent(tag -> and(" and content is not null and asker = ?", tag.bytes()));
    }

    void and(String condition, Object value) {
      sql += condition;
      values.add(value);
    }

    void after(Place place, boolean newestFirst) {
      String than = newestFirst ? "<" : ">";
      // The bound by itself: an index begins there, and not at the first record of all pages.
      and(" and recorded_millis " + than + "= ?", place.millis());
      and(" and (recorded_millis <> ?", place.millis());
      and(" or digest " + than + " ?)", place.digest().bytes());
    }
  }
}
