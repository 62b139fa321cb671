package org.fhiranchor.interceptors.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Statement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Disclosures in the table {@code disclosure}, their leaves in the log's. */
public final class SqlDisclosureStore implements DisclosureStore {
  private static final String INSERT =
      "insert into disclosure (subject, asker, emergency, recorded_millis, digest, content) select"
          + " * from unnest(cast(? as varchar array), cast(? as bytea array), cast(? as bigint"
          + " array), cast(? as bigint array), cast(? as bytea array), cast(? as bytea array))";

  /**
   * Both inserts as one statement of PostgreSQL: one round trip, its commit included. Begin, two
   * inserts and a commit would be three, each a wait for a busy processor on both sides.
   */
  private static final String INSERT_WITH_LEAVES =
      "with told as (" + INSERT + ") " + SqlLogStore.INSERT_PENDING;

  /** No join: each is looked up in the index, however many there are. */
  private static final String CONTENTS =
      "select 0 as recorded_millis, 0 as emergency, k.digest, (select d.subject from disclosure d"
          + " where d.digest = k.digest order by d.digest limit 1) as subject, (select d.content"
          + " from disclosure d where d.digest = k.digest order by d.digest limit 1) as content"
          + " from unnest(cast(? as bytea array)) as k(digest)";

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final LogStore log;
  private final PendingSeal seals;
  private final JournalContents contents;
  private final boolean inOneStatement;

  /** No two processes count in one row: neither waits for the other. */
  private final String node = UUID.randomUUID().toString();

  /**
   * The template must open its transactions on the data source that the log is in, too.
   *
   * @param contents closes what is written, and opens what is read
   */
  public SqlDisclosureStore(
      JdbcTemplate jdbc,
      TransactionTemplate transactions,
      LogStore log,
      PendingSeal seals,
      JournalContents contents) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.log = log;
    this.seals = seals;
    this.contents = contents;
    inOneStatement = Boolean.TRUE.equals(jdbc.execute(SqlDisclosureStore::commitsAStatement));
  }

  /**
   * A connection that commits each statement by itself, to a database where one can insert twice.
   */
  private static boolean commitsAStatement(Connection connection) throws SQLException {
    return connection.getAutoCommit()
        && connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
  }

  @Override
  public void write(List<Row> rows, List<Refusals> refusals) {
    contents.writing(subjects(rows), closing -> write(rows, refusals, closing));
    // If we die before the commit nothing of this was shown; after it, all of it is accounted for.
  }

  private static List<Digest> subjects(List<Row> rows) {
    return rows.stream().map(Row::subject).distinct().toList();
  }

  private void write(List<Row> rows, List<Refusals> refusals, JournalContents.Closing closing) {
    if (inOneStatement && refusals.isEmpty()) {
      jdbc.update(
          INSERT_WITH_LEAVES,
          SqlLogStore.pending(columns(rows, closing), Row::leaf, seals).setter());
      return;
    }
    transactions.executeWithoutResult(
        status -> {
          if (!rows.isEmpty()) {
            insert(rows, closing);
          }
          refusals.forEach(this::count);
        });
  }

  private void insert(List<Row> rows, JournalContents.Closing closing) {
    jdbc.update(INSERT, columns(rows, closing).setter());
    log.addPending(rows.stream().map(Row::leaf).toList());
  }

  private static ManyRows<Row> columns(List<Row> rows, JournalContents.Closing closing) {
    return ManyRows.of(rows)
        .varchar(row -> row.subject().hex())
        .bytea(row -> row.asker().bytes())
        .bigint(row -> row.emergency() ? 1L : 0L)
        .bigint(Row::recordedMillis)
        .bytea(row -> record(row).bytes())
        .bytea(row -> closing.close(row.subject(), record(row), row.json()));
  }

  private static Digest record(Row row) {
    return ((Statement.Disclosure) row.leaf().statement()).record();
  }

  private void count(Refusals more) {
    int updated =
        jdbc.update(
            "update disclosure_refusals set refusals = refusals + ? where requester = ? and node ="
                + " ? and minute_of = ?",
            more.count(),
            more.requester(),
            node,
            more.minute());
    if (updated == 0) {
      jdbc.update(
          "insert into disclosure_refusals (requester, node, minute_of, refusals, content) values"
              + " (?,?,?,?,?)",
          more.requester(),
          node,
          more.minute(),
          more.count(),
          contents.closeFacts(place(more.requester(), node, more.minute()), more.content()));
    }
  }

  private static String place(String requester, String node, long minute) {
    return "disclosure_refusals.content\n" + requester + "\n" + node + "\n" + minute;
  }

  @Override
  public List<Counted> refusalsBefore(long minute) {
    return jdbc.query(
        "select requester, node, minute_of, refusals, content from disclosure_refusals where"
            + " minute_of < ? order by minute_of, requester, node",
        (row, n) -> counted(row),
        minute);
  }

  private Counted counted(ResultSet row) throws SQLException {
    String by = row.getString("node");
    String requester = row.getString("requester");
    long minute = row.getLong("minute_of");
    String facts = contents.openFacts(place(requester, by, minute), row.getBytes("content"));
    return new Counted(by, new Refusals(requester, minute, row.getLong("refusals"), facts));
  }

  @Override
  public void close(List<Counted> counted, Function<Refusals, Row> disclosure) {
    transactions.executeWithoutResult(
        status -> {
          List<Row> rows =
              counted.stream()
                  .filter(this::take)
                  .map(one -> disclosure.apply(one.refusals()))
                  .toList();
          if (!rows.isEmpty()) {
            contents.writing(subjects(rows), closing -> insert(rows, closing));
          }
        });
  }

  /** Not one that grew since it was read: it is closed the next time. */
  private boolean take(Counted one) {
    int deleted =
        jdbc.update(
            "delete from disclosure_refusals where requester = ? and node = ? and minute_of = ? and"
                + " refusals = ?",
            one.refusals().requester(),
            one.node(),
            one.refusals().minute(),
            one.refusals().count());
    return deleted > 0;
  }

  @Override
  public List<Kept> of(Digest subject, Within within, int offset, int limit) {
    return JournalRow.opened(
        jdbc.query(
            JournalRow.SELECT
                + " where subject = ? and recorded_millis between ? and ? order by emergency desc,"
                + " disclosure_id desc limit ? offset ?",
            (row, n) -> JournalRow.of(row),
            subject.hex(),
            within.fromMillis(),
            within.toMillis(),
            limit,
            offset),
        contents);
  }

  @Override
  public long count(Digest subject) {
    Long found =
        jdbc.queryForObject(
            "select count(*) from disclosure where subject = ?", Long.class, subject.hex());
    return found == null ? 0 : found;
  }

  @Override
  public Map<Digest, String> contents(Collection<Digest> digests) {
    List<JournalRow> rows = new ArrayList<>();
    jdbc.query(
        CONTENTS,
        ManyRows.of(digests).bytea(Digest::bytes).setter(),
        row -> {
          if (row.getString("subject") != null) {
            rows.add(JournalRow.of(row));
          }
        });
    return JournalRow.opened(rows, contents).stream()
        .filter(kept -> !kept.json().isEmpty())
        .collect(Collectors.toMap(Kept::digest, Kept::json, (one, same) -> one));
  }

  @Override
  public boolean anyBetween(Instant from, Instant before) {
    return !jdbc.queryForList(
            "select disclosure_id from disclosure where recorded_millis >= ? and recorded_millis <"
                + " ? limit 1",
            Long.class,
            from.toEpochMilli(),
            before.toEpochMilli())
        .isEmpty();
  }

  private record Old(long id, long recordedMillis) {}

  @Override
  public Optional<Instant> removeContent(Instant from, Instant before, int limit) {
    List<Old> old =
        jdbc.query(
            "select disclosure_id, recorded_millis from disclosure where recorded_millis >= ? and"
                + " recorded_millis < ? and content is not null order by recorded_millis limit ?",
            (row, n) -> new Old(row.getLong(1), row.getLong(2)),
            from.toEpochMilli(),
            before.toEpochMilli(),
            limit);
    if (old.isEmpty()) {
      return Optional.empty();
    }
    jdbc.update(
        "update disclosure set content = null, asker = ? where disclosure_id = any(?)",
        statement -> {
          statement.setBytes(1, SubjectTags.NOBODY.bytes());
          Object[] ids = old.stream().map(Old::id).toArray();
          statement.setArray(2, statement.getConnection().createArrayOf("bigint", ids));
        });
    return Optional.of(Instant.ofEpochMilli(old.get(old.size() - 1).recordedMillis()));
  }
}
