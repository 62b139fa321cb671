package org.fhiranchor.interceptors.store.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LeafRanges;
import org.fhiranchor.merkle.Statement;
import org.jspecify.annotations.Nullable;

/** The disclosure journal: a record for each leaf, a leaf for each record, and the key of tags. */
final class JournalScan implements LeafScan.LeafReader {
  /**
   * What the journal is read with.
   *
   * @param tags of patients and askers; empty when their key is not known
   * @param contents opens what the records say
   */
  record JournalKeys(Optional<SubjectTags> tags, JournalContents contents) {}

  private static final int MOST_BYTES = 1 << 22;
  private static final long WAITS = -1;

  private static final String KEPT =
      "select k.n, d.* from unnest(cast(? as bigint array), cast(? as bigint array), cast(? as"
          + " bytea array)) as k(n, millis, digest) left join disclosure d on d.recorded_millis ="
          + " k.millis and d.digest = k.digest";

  private final Scanning scan;
  private final PendingScan pending;
  private final SeenNumbers seen = new SeenNumbers();
  private final Instant keptSince;
  private final LeafRanges erased;
  private final JournalKeys keys;

  /**
   * Holds the journal against the leaves.
   *
   * @param erased disclosures whose content was erased, as a leaf of the log says
   */
  JournalScan(Scanning scan, PendingScan pending, LeafRanges erased, JournalKeys keys) {
    this.erased = erased;
    this.keys = keys;
    this.scan = scan;
    this.pending = pending;
    this.keptSince = keptSince(scan);
  }

  /**
   * Contents from before this instant were removed as a leaf of the log said (DIS-8). That the leaf
   * itself is as it was written is compared with all the others.
   */
  private static Instant keptSince(Scanning scan) {
    return scan
        .jdbc()
        .query(
            "select statement from anchor_leaf where chain = ?",
            (row, n) -> row.getBytes("statement"),
            Statement.Retention.CHAIN)
        .stream()
        .flatMap(statement -> said(statement).stream())
        .max(Instant::compareTo)
        .orElse(Instant.MIN);
  }

  private static Optional<Instant> said(byte[] statement) {
    try {
      return Statement.parse(statement) instanceof Statement.Retention retention
          ? Optional.of(retention.before())
          : Optional.empty();
    } catch (CanonicalFormException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  @Override
  public void read(List<LeafRow.Checked> page) {
    List<Statement.Disclosure> stated = new ArrayList<>();
    List<Long> places = new ArrayList<>();
    for (LeafRow.Checked leaf : page) {
      if (leaf.statement().orElse(null) instanceof Statement.Disclosure disclosure) {
        stated.add(disclosure);
        places.add(leaf.row().index());
      }
    }
    compare(stated, places);
  }

  /** Those that wait. */
  void readPending() {
    List<Statement.Disclosure> stated = new ArrayList<>();
    pending
        .all()
        .forEach(
            leaf -> {
              if (leaf.statement() instanceof Statement.Disclosure disclosure) {
                stated.add(disclosure);
              }
            });
    compare(stated, stated.stream().map(one -> WAITS).toList());
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Row(
      int number,
      Optional<Long> id,
      @Nullable String subject,
      byte @Nullable [] asker,
      long emergency,
      byte[] digest,
      Optional<byte[]> content) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(
          (int) row.getLong("n"),
          VersionRow.number(row, "disclosure_id"),
          row.getString("subject"),
          row.getBytes("asker"),
          row.getLong("emergency"),
          LeafRow.bytes(row, "digest"),
          Optional.ofNullable(row.getBytes("content")));
    }
  }

  private static String leaf(long index) {
    return index == WAITS ? "a leaf that waits" : "leaf " + index;
  }

  private void compare(List<Statement.Disclosure> stated, List<Long> places) {
    if (stated.isEmpty()) {
      return;
    }
    List<Row> rows =
        scan.jdbc()
            .query(
                KEPT,
                VersionScan.arrays(
                    IntStream.range(0, stated.size()).mapToObj(Long::valueOf).toArray(),
                    stated.stream().map(one -> one.recorded().toEpochMilli()).toArray(),
                    stated.stream().map(one -> one.record().bytes()).toArray()),
                (row, n) -> Row.of(row));
    SeenNumbers places0 = new SeenNumbers();
    for (Row row : rows) {
      if (row.id().isEmpty()) {
        scan.found(Kind.DISCLOSURE, leaf(places.get(row.number())), "its record is missing");
      } else if (!places0.add(row.number())) {
        scan.found(Kind.DISCLOSURE, place(row.id().get()), "the same record is there twice");
      } else {
        seen.add(row.id().get());
      }
    }
    JournalContents.Opening opening =
        keys.contents()
            .opening(stated.stream().map(Statement.Disclosure::subject).distinct().toList());
    rows.parallelStream()
        .filter(row -> row.id().isPresent())
        .forEach(row -> compare(stated.get(row.number()), places.get(row.number()), row, opening));
  }

  private static String place(long id) {
    return "disclosure " + id;
  }

  private void compare(
      Statement.Disclosure stated, long leaf, Row row, JournalContents.Opening opening) {
    String place = place(row.id().orElse(0L));
    scan.same(
        Kind.DISCLOSURE, place, "subject", stated.subject().hex(), VersionScan.word(row.subject()));
    byte[] content = opened(stated, row, opening).getBytes(UTF_8);
    if (content.length == 0) {
      if (!stated.recorded().isBefore(keptSince) && !erased.contains(leaf)) {
        scan.found(Kind.DISCLOSURE, place, "its content was removed");
      }
      if (row.content().isEmpty()) {
        askedBy(place, SubjectTags.NOBODY, row);
      }
    } else if (!Digest.sha256(content).equals(stated.record())) {
      scan.found(Kind.DISCLOSURE, place, "its content is not what was recorded");
    } else {
      Map<String, JsonValue> record = members(content);
      scan.same(Kind.DISCLOSURE, place, "emergency", isEmergency(record), row.emergency());
      keys.tags().ifPresent(known -> askedBy(place, known.ofAsker(record), row));
    }
  }

  private static String opened(
      Statement.Disclosure stated, Row row, JournalContents.Opening opening) {
    return row.content()
        .map(kept -> opening.open(stated.subject(), stated.record(), kept))
        .orElse("");
  }

  /** Null is what older versions wrote; a job notes it, and until then no search relies on it. */
  private void askedBy(String place, Digest stated, Row row) {
    if (row.asker() != null && !Arrays.equals(stated.bytes(), row.asker())) {
      scan.found(Kind.DISCLOSURE, place, "who asked is noted beside it otherwise than it says");
    }
  }

  private static Map<String, JsonValue> members(byte[] content) {
    try {
      return JsonValue.parse(content, MOST_BYTES, 16) instanceof JsonValue.Obj record
          ? record.members()
          : Map.of();
    } catch (CanonicalFormException unreadable) {
      return Map.of();
    }
  }

  /** As the journal decides it: the rule that permitted it was that of an emergency. */
  private static long isEmergency(Map<String, JsonValue> record) {
    return "BREAK_GLASS".equals(text(record.get("rule"))) ? 1 : 0;
  }

  private static String text(@Nullable JsonValue value) {
    return value instanceof JsonValue.Str found ? found.text() : "";
  }

  /** Every record that no leaf stated. */
  void end() {
    long last = Long.MIN_VALUE;
    int found;
    do {
      List<Long> page =
          scan.jdbc()
              .queryForList(
                  "select disclosure_id from disclosure where disclosure_id > ? order by"
                      + " disclosure_id limit "
                      + Scanning.PAGE,
                  Long.class,
                  last);
      found = page.size();
      for (long id : page) {
        last = id;
        if (!seen.contains(id)) {
          scan.found(Kind.DISCLOSURE, place(id), "no leaf states it");
        }
      }
    } while (found == Scanning.PAGE);
  }

  /** The rows that name the key of the tags, and whose the keys of the contents are. */
  void key() {
    key("disclosure_key", "fingerprint", keys.tags().map(SubjectTags::fingerprint));
    key("disclosure_content_keys", "name", keys.contents().keys());
  }

  private void key(String table, String column, Optional<String> known) {
    List<String> rows =
        scan.jdbc()
            .query(
                "select id, " + column + " from " + table + " order by id",
                (row, n) -> row.getLong(1) + " " + row.getString(2));
    List<String> want = known.map(name -> List.of("1 " + name)).orElse(rows);
    scan.same(Kind.DISCLOSURE, table, column, want, rows);
  }
}
