package org.fhiranchor.interceptors.store;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.disclosure.AuditEventRows;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.merkle.Digest;
import org.springframework.jdbc.core.JdbcTemplate;

/** The table {@code disclosure} by instants. */
public final class SqlAuditEventRows implements AuditEventRows {
  private static final String SELECT =
      "select recorded_millis, emergency, digest, content from disclosure";

  private final JdbcTemplate jdbc;

  /** Rows of that database. */
  public SqlAuditEventRows(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<DisclosureStore.Kept> page(Query query, Optional<Place> after, int limit) {
    Condition condition = new Condition(query);
    after.ifPresent(place -> condition.after(place, query.newestFirst()));
    String order =
        query.newestFirst()
            ? " order by recorded_millis desc, digest desc limit "
            : " order by recorded_millis, digest limit ";
    return jdbc.query(
        SELECT + condition.sql + order + limit, (row, n) -> row(row), condition.values.toArray());
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
    return jdbc
        .query(SELECT + condition.sql, (row, n) -> row(row), condition.values.toArray())
        .stream()
        .findFirst();
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

  private static DisclosureStore.Kept row(ResultSet row) throws SQLException {
    byte[] content = row.getBytes("content");
    return new DisclosureStore.Kept(
        row.getLong("recorded_millis"),
        row.getLong("emergency") == 1,
        Rows.value("a disclosure's digest", row.getBytes("digest"), Digest::of),
        content == null ? "" : new String(content, StandardCharsets.UTF_8));
  }
}
