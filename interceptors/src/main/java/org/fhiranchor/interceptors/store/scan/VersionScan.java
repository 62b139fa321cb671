package org.fhiranchor.interceptors.store.scan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.Statement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementSetter;

/** Holds HAPI's stored versions against the leaves that state them, and finds those without one. */
final class VersionScan implements LeafScan.LeafReader {
  /** HAPI gives a deletion the instant at which it comes to it, not that of its transaction. */
  private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(1);

  private static final String STORED =
      "select k.n, r.res_id, "
          + VersionRow.COLUMNS
          + " from unnest(cast(? as bigint array), cast(? as varchar array), cast(? as varchar"
          + " array), cast(? as bigint array)) as k(n, type, id, version) left join hfj_resource r"
          + " on r.res_type = k.type and r.fhir_id = k.id left join hfj_res_ver v on v.res_id ="
          + " r.res_id and v.res_ver = k.version";

  private static final String NUMBERS =
      "select v.pid, v.res_id, v.res_ver, r.res_type, r.fhir_id from hfj_res_ver v left join"
          + " hfj_resource r on r.res_id = v.res_id where v.pid > ? order by v.pid limit "
          + Scanning.PAGE;

  private final Scanning scan;
  private final StoredContent content;
  private final PendingScan pending;
  private final BinaryScan binaries;
  private final SeenNumbers seen = new SeenNumbers();

  VersionScan(Scanning scan, StoredContent content, PendingScan pending, BinaryScan binaries) {
    this.scan = scan;
    this.content = content;
    this.pending = pending;
    this.binaries = binaries;
  }

  /** A leaf, or one that waits, and what it states. */
  private record Stated(Statement.ResourceVersion version, String record) {
    String place() {
      return version.resource() + "/_history/" + version.version();
    }
  }

  @Override
  public void read(List<LeafRow.Checked> page) {
    List<Stated> stated = new ArrayList<>(page.size());
    for (LeafRow.Checked leaf : page) {
      if (leaf.statement().orElse(null) instanceof Statement.ResourceVersion version) {
        stated.add(new Stated(version, leaf.row().recordText()));
      }
    }
    compare(stated);
  }

  /** Those that wait have their version as well. */
  void readPending() {
    List<Stated> stated = new ArrayList<>();
    pending.versions((version, record) -> stated.add(new Stated(version, record)));
    compare(stated);
  }

  private void compare(List<Stated> stated) {
    if (stated.isEmpty()) {
      return;
    }
    List<VersionRow> rows = stored(stated);
    rows.stream()
        .flatMap(row -> row.pid().stream())
        .filter(pid -> !seen.add(pid))
        .forEach(pid -> scan.found(Kind.LEAF, "version row " + pid, "two leaves state it"));
    rows.parallelStream().forEach(row -> compare(stated.get(row.number()), row));
    binaries.read(rows, row -> stated.get(row.number()).version().resource().toString());
  }

  private List<VersionRow> stored(List<Stated> stated) {
    JdbcTemplate jdbc = scan.jdbc();
    Object[][] columns = {
      IntStream.range(0, stated.size()).mapToObj(Long::valueOf).toArray(),
      stated.stream().map(one -> one.version().resource().type()).toArray(),
      stated.stream().map(one -> one.version().resource().id()).toArray(),
      stated.stream().map(one -> number(one.version().version())).toArray()
    };
    return jdbc.query(STORED, arrays(columns), (row, n) -> VersionRow.of(row));
  }

  private static Long number(String version) {
    return version.matches("[0-9]{1,18}") ? Long.valueOf(version) : Long.valueOf(-1);
  }

  /** Each column as one array, in the order of the parameters. */
  static PreparedStatementSetter arrays(Object[]... columns) {
    return statement -> {
      for (int i = 0; i < columns.length; i++) {
        Object[] values = columns[i];
        boolean numbers = values.length > 0 && values[0] instanceof Long;
        boolean bytes = values.length > 0 && values[0] instanceof byte[];
        // PostgreSQL wants the array itself to be of its elements' type.
        Class<? extends Object[]> of =
            numbers ? Long[].class : bytes ? byte[][].class : String[].class;
        statement.setArray(
            i + 1,
            statement
                .getConnection()
                .createArrayOf(
                    numbers ? "bigint" : bytes ? "bytea" : "varchar",
                    Arrays.copyOf(values, values.length, of)));
      }
    };
  }

  private void compare(Stated stated, VersionRow row) {
    if (row.pid().isEmpty()) {
      scan.found(Kind.VERSION, stated.place(), "it has a leaf, and is not stored");
      return;
    }
    Statement.ResourceVersion version = stated.version();
    String place = stated.place();
    boolean deleted = version.operation() == Operation.DELETE;
    scan.same(Kind.VERSION, place, "RES_TYPE", version.resource().type(), word(row.type()));
    scan.same(Kind.VERSION, place, "RES_VERSION", "R4", word(row.fhirVersion()));
    scan.same(Kind.VERSION, place, "HAS_TAGS", false, row.tags());
    scan.same(Kind.VERSION, place, "PARTITION_ID", false, row.partition());
    scan.same(Kind.VERSION, place, "RES_TYPE_ID fits", true, row.typeFits());
    scan.same(Kind.VERSION, place, "RES_TEXT", false, row.lob());
    scan.same(Kind.VERSION, place, "RES_ENCODING", deleted ? "DEL" : "JSON", word(row.encoding()));
    scan.same(Kind.VERSION, place, "is deleted", deleted, row.deleted().isPresent());
    if (!storedAt(row.updated(), version)) {
      scan.found(
          Kind.VERSION,
          place,
          "RES_UPDATED: want %s, got %s"
              .formatted(version.recorded(), VersionRow.millis(row.updated()).orElse(null)));
    }
    if (deleted) {
      compareDeletion(stated, row);
    } else {
      compareContent(stated, row);
    }
  }

  private static boolean storedAt(Optional<Instant> found, Statement.ResourceVersion version) {
    return VersionRow.millis(found)
        .filter(
            at ->
                version.operation() == Operation.DELETE
                    ? isSoonAfter(at, version.recorded())
                    : at.equals(version.recorded()))
        .isPresent();
  }

  static boolean isSoonAfter(Instant at, Instant recorded) {
    return !at.isBefore(recorded) && !at.isAfter(recorded.plus(LONGEST_TRANSACTION));
  }

  private void compareDeletion(Stated stated, VersionRow row) {
    scan.same(Kind.VERSION, stated.place(), "RES_DELETED_AT", row.updated(), row.deleted());
    scan.same(Kind.VERSION, stated.place(), "RES_TEXT_VC", "", word(row.text()));
    Optional<String> request = fact(stated.record(), "requestId");
    if (request.isPresent()) {
      scan.same(Kind.VERSION, stated.place(), "REQUEST_ID", request.get(), word(row.requestId()));
    }
  }

  private void compareContent(Stated stated, VersionRow row) {
    Statement.ResourceVersion version = stated.version();
    boolean fits =
        row.text() != null
            && row.updated().isPresent()
            && version.content().isPresent()
            && content.is(
                version.content().get(),
                new StoredContent.Version(
                    version.resource().type(),
                    version.resource().id(),
                    version.version(),
                    row.updated().get(),
                    row.source()),
                row.text());
    if (!fits) {
      scan.found(Kind.VERSION, stated.place(), "its content is not what was recorded");
    }
  }

  static Optional<String> fact(String record, String name) {
    try {
      return JsonValue.parse(record.getBytes(java.nio.charset.StandardCharsets.UTF_8), 1 << 16, 4)
                  instanceof JsonValue.Obj object
              && object.members().get(name) instanceof JsonValue.Str text
          ? Optional.of(text.text())
          : Optional.empty();
    } catch (org.fhiranchor.merkle.CanonicalFormException unreadable) {
      return Optional.empty();
    }
  }

  static String word(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "" : text;
  }

  /** Every stored version that no leaf stated. */
  void end() {
    long last = Long.MIN_VALUE;
    int found;
    do {
      List<Stranger> page =
          scan.jdbc()
              .query(
                  NUMBERS,
                  (row, n) ->
                      new Stranger(
                          row.getLong(1),
                          "%s/%s/_history/%d"
                              .formatted(row.getString(4), row.getString(5), row.getLong(3))),
                  last);
      found = page.size();
      for (Stranger one : page) {
        last = one.pid();
        if (!seen.contains(one.pid())) {
          scan.found(
              Kind.VERSION,
              one.place(),
              "no leaf states it: it is older than the log, or was put in");
        }
      }
    } while (found == Scanning.PAGE);
  }

  private record Stranger(long pid, String place) {}
}
