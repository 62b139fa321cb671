package org.fhiranchor.interceptors.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.erasure.ErasureRows;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafRanges;
import org.fhiranchor.merkle.Statement;
import org.springframework.jdbc.core.JdbcTemplate;

/** HAPI's tables and ours, in words that H2 and PostgreSQL share. */
public final class SqlErasureRows implements ErasureRows {
  private static final int PAGE = 10_000;

  /** Texts that are in memory at a time. */
  private static final int TEXTS = 500;

  private static final String STORED = "select distinct r.res_id, r.res_type, r.fhir_id ";

  /**
   * One of an array. H2 looks each up in the index; of a list that is unnested it does not. But it
   * then compares each row that it found with the whole array: a long one goes in parts.
   */
  static final String ANY = "any(?)";

  /** Values in an array that H2 compares with each row. */
  private static final int PART = 200;

  /** The extension with which HAPI marks the files of its exports, as it stands in their text. */
  private static final String EXPORT = "%bulk-export-job-id%";

  private final JdbcTemplate jdbc;
  private final ErasedTraces traces;

  /** Rows of this database; joins a transaction that is under way. */
  public SqlErasureRows(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    this.traces = new ErasedTraces(jdbc);
  }

  private static Stored stored(ResultSet row) throws SQLException {
    return new Stored(row.getLong("res_id"), row.getString("res_type"), row.getString("fhir_id"));
  }

  @Override
  public Optional<Stored> find(String type, String id) {
    return jdbc
        .query(
            "select res_id, res_type, fhir_id from hfj_resource where res_type = ? and fhir_id = ?",
            (row, n) -> stored(row),
            type,
            id)
        .stream()
        .findFirst();
  }

  private record Numbered(long key, Optional<String> id) {}

  @Override
  public void eachPatient(Consumer<PatientId> patient) {
    long last = Long.MIN_VALUE;
    List<Numbered> page;
    do {
      page =
          jdbc.query(
              "select res_id, fhir_id from hfj_resource where res_type = 'Patient' and res_id > ?"
                  + " order by res_id limit "
                  + PAGE,
              (row, n) -> new Numbered(row.getLong(1), Optional.ofNullable(row.getString(2))),
              last);
      page.stream()
          .flatMap(one -> one.id().stream())
          .filter(PatientId::isValid)
          .map(PatientId::new)
          .forEach(patient);
      last = page.isEmpty() ? last : page.get(page.size() - 1).key();
    } while (page.size() == PAGE);
  }

  private record Version(long key, Stored of, String text) {}

  @Override
  public void eachText(BiConsumer<Stored, String> version) {
    long last = Long.MIN_VALUE;
    List<Version> page;
    do {
      page =
          jdbc.query(
              "select r.res_id, r.res_type, r.fhir_id, v.pid, coalesce(v.res_text_vc, '') as text"
                  + " from hfj_res_ver v join hfj_resource r on r.res_id = v.res_id where v.pid > ?"
                  + " and v.res_encoding <> 'DEL' order by v.pid limit "
                  + TEXTS,
              (row, n) -> new Version(row.getLong("pid"), stored(row), row.getString("text")),
              last);
      page.forEach(one -> version.accept(one.of(), one.text()));
      last = page.isEmpty() ? last : page.get(page.size() - 1).key();
    } while (page.size() == TEXTS);
  }

  @Override
  public List<Stored> referringTo(Collection<Stored> resources) {
    return jdbc.query(
        STORED
            + "from hfj_res_link l join hfj_resource r on r.res_id = l.src_resource_id where"
            + " l.target_resource_id = "
            + ANY,
        ManyRows.of(resources).bigint(Stored::key).setter(),
        (row, n) -> stored(row));
  }

  @Override
  public List<Stored> subscriptionsOf(PatientId patient) {
    return jdbc.query(
        STORED
            + "from gate_binding b join hfj_resource r on r.res_type = 'Subscription' and r.fhir_id"
            + " = b.name where b.kind = 'SUBSCRIPTION' and b.holder like ?",
        (row, n) -> stored(row),
        "%\"" + patient.reference() + "\"%");
  }

  @Override
  public List<Stored> binariesOf(Collection<Stored> resources) {
    return jdbc.query(
        STORED
            + "from binary_reference b join hfj_resource r on r.res_type = 'Binary' and 'Binary/'"
            + " || r.fhir_id = b.target where b.source = "
            + ANY,
        ManyRows.of(resources).varchar(Stored::name).setter(),
        (row, n) -> stored(row));
  }

  @Override
  public List<Stored> referrersOf(Collection<Stored> binaries) {
    List<String> names =
        jdbc.query(
            "select distinct b.source from binary_reference b where b.target = " + ANY,
            ManyRows.of(binaries).varchar(Stored::name).setter(),
            (row, n) -> row.getString(1));
    return names.stream().flatMap(name -> named(name).stream()).toList();
  }

  private Optional<Stored> named(String name) {
    int slash = name.indexOf('/');
    return slash < 0 ? Optional.empty() : find(name.substring(0, slash), name.substring(slash + 1));
  }

  @Override
  public List<Stored> exportFiles() {
    return jdbc.query(
        STORED
            + "from hfj_resource r join hfj_res_ver v on v.res_id = r.res_id where r.res_type ="
            + " 'Binary' and v.res_text_vc like ?",
        (row, n) -> stored(row),
        EXPORT);
  }

  @Override
  public List<String> texts(Stored resource) {
    return jdbc.queryForList(
        "select coalesce(res_text_vc, '') from hfj_res_ver where res_id = ? and res_encoding <>"
            + " 'DEL' order by res_ver",
        String.class,
        resource.key());
  }

  @Override
  public List<Long> leaves(Collection<String> chains) {
    return jdbc.query(
        "select l.leaf_index from unnest(cast(? as varchar array)) as k(name) join anchor_leaf l on"
            + " l.chain = k.name order by 1",
        ManyRows.of(chains).varchar(chain -> chain).setter(),
        (row, n) -> row.getLong(1));
  }

  @Override
  public List<Long> contents(Digest subject, Optional<Instant> until) {
    Set<Digest> kept =
        Set.copyOf(
            jdbc.query(
                "select digest from disclosure where subject = ? and content is not null and"
                    + " recorded_millis <= ?",
                (row, n) -> Rows.value("a disclosure's digest", row.getBytes(1), Digest::of),
                subject.hex(),
                until.map(Instant::toEpochMilli).orElse(Long.MAX_VALUE)));
    return said(subject).stream()
        .filter(said -> kept.contains(said.record()))
        .map(Said::leaf)
        .toList();
  }

  private record Said(long leaf, Digest record) {}

  private List<Said> said(Digest subject) {
    return jdbc.query(
        "select leaf_index, statement from anchor_leaf where chain = ? order by leaf_index",
        (row, n) -> new Said(row.getLong(1), disclosure(row.getBytes(2), row.getLong(1))),
        Statement.Disclosure.chainOf(subject));
  }

  private static Digest disclosure(byte[] statement, long leaf) {
    if (Rows.statement(statement, "leaf " + leaf) instanceof Statement.Disclosure disclosure) {
      return disclosure.record();
    }
    throw new CorruptLogException("leaf %d: not a disclosure".formatted(leaf));
  }

  @Override
  public List<Tombstones.Ended> withContents(Collection<Tombstones.Ended> ended) {
    List<Tombstones.Ended> all = List.copyOf(ended);
    List<Integer> found =
        jdbc.query(
            "select k.n from unnest(cast(? as bigint array), cast(? as varchar array), cast(? as"
                + " bigint array)) as k(n, subject, ended) where exists (select 1 from disclosure d"
                + " where d.subject = k.subject and d.content is not null and d.recorded_millis <="
                + " k.ended)",
            ManyRows.of(IntStream.range(0, all.size()).boxed().toList())
                .bigint(Integer::longValue)
                .varchar(n -> all.get(n).subject().hex())
                .bigint(n -> all.get(n).at().toEpochMilli())
                .setter(),
            (row, n) -> row.getInt(1));
    return found.stream().map(all::get).toList();
  }

  @Override
  public boolean anyDisclosureWaiting(Digest subject, Optional<Instant> until) {
    return jdbc
        .query(
            "select statement from anchor_pending where chain = ?",
            (row, n) -> Rows.statement(row.getBytes(1), "a leaf that waits"),
            Statement.Disclosure.chainOf(subject))
        .stream()
        .anyMatch(said -> until.filter(end -> said.recorded().isAfter(end)).isEmpty());
  }

  @Override
  public boolean anyWaiting(Collection<String> chains) {
    return !jdbc.query(
            "select pending_id from anchor_pending where chain = " + ANY + " limit 1",
            ManyRows.of(chains).varchar(chain -> chain).setter(),
            (row, n) -> row.getLong(1))
        .isEmpty();
  }

  @Override
  public Counts counts(Collection<Long> leaves) {
    long versions = countOf(leaves, "kind = 'ResourceVersion'");
    return new Counts(versions, countOf(leaves, "kind <> 'ResourceVersion'"));
  }

  private long countOf(Collection<Long> leaves, String kind) {
    return jdbc
        .query(
            "select count(*) from unnest(cast(? as bigint array)) as k(id) join anchor_leaf l on"
                + " l.leaf_index = k.id where l."
                + kind,
            ManyRows.of(leaves).bigint(leaf -> leaf).setter(),
            (row, n) -> row.getLong(1))
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  @Override
  public void lock(Collection<Stored> resources) {
    jdbc.query(
        "select res_id from hfj_resource where res_id = " + ANY + " order by res_id for update",
        ManyRows.of(resources).bigint(Stored::key).setter(),
        (row, n) -> row.getLong(1));
  }

  @Override
  public void unlink(Collection<Stored> resources) {
    List<Long> sources =
        jdbc.query(
            "select distinct src_resource_id from hfj_res_link where target_resource_id = " + ANY,
            ManyRows.of(resources).bigint(Stored::key).setter(),
            (row, n) -> row.getLong(1));
    jdbc.update(
        "delete from hfj_res_link where target_resource_id = " + ANY,
        ManyRows.of(resources).bigint(Stored::key).setter());
    jdbc.update(
        "update hfj_resource set sp_has_links = false where res_id = "
            + ANY
            + " and not exists (select 1 from hfj_res_link l where l.src_resource_id ="
            + " hfj_resource.res_id)",
        ManyRows.of(sources).bigint(key -> key).setter());
  }

  @Override
  public void eraseLeaves(Collection<String> chains) {
    byte[] nothing = new byte[0];
    jdbc.update(
        "update anchor_leaf set chain = 'erased', version_id = null, kind = '"
            + Rows.ERASED
            + "', statement = ?, salt = ?, record = null where chain = "
            + ANY,
        statement -> {
          statement.setBytes(1, nothing);
          statement.setBytes(2, nothing);
          statement.setArray(
              3, statement.getConnection().createArrayOf("varchar", chains.toArray(String[]::new)));
        });
  }

  @Override
  public void eraseTraces(Collection<Stored> resources) {
    traces.ofResources(resources);
  }

  @Override
  public void eraseSubject(PatientId patient) {
    traces.ofSubject(patient);
  }

  @Override
  public void eraseContents(Digest subject, LeafRanges named) {
    List<byte[]> records =
        said(subject).stream()
            .filter(said -> named.contains(said.leaf()))
            .map(said -> said.record().bytes())
            .toList();
    for (int from = 0; from < records.size(); from += PART) {
      eraseContents(subject, records.subList(from, Math.min(records.size(), from + PART)));
    }
  }

  private void eraseContents(Digest subject, List<byte[]> records) {
    jdbc.update(
        "update disclosure set content = null, asker = ? where subject = ? and digest = " + ANY,
        statement -> {
          statement.setBytes(1, SubjectTags.NOBODY.bytes());
          statement.setString(2, subject.hex());
          statement.setArray(
              3, statement.getConnection().createArrayOf("bytea", records.toArray(byte[][]::new)));
        });
  }

  @Override
  public void eraseSearches() {
    traces.ofSearches();
  }

  @Override
  public void eraseSearches(Instant until) {
    traces.ofSearches(until);
  }

  @Override
  public void eraseExports() {
    jdbc.update("delete from provenance_export");
  }
}
