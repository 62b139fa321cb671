package org.fhiranchor.interceptors.store;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.LogTransaction;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.TreeSize;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The log in SQL. Joins the caller's transaction where one is open on the same data source. */
public final class SqlLogStore implements LogStore {
  /** Most leaves that {@link #leaves} gives at once. */
  public static final int MAX_LEAVES = 4096;

  static final String LEAF =
      "select leaf_index, statement, salt, commitment, record from anchor_leaf ";

  static final String INSERT_PENDING =
      "insert into anchor_pending (statement, salt, version_id, chain, record, seal) select * from"
          + " unnest(cast(? as bytea array), cast(? as bytea array), cast(? as varchar array),"
          + " cast(? as varchar array), cast(? as bytea array), cast(? as bytea array))";

  private static final String RANGE =
      " where leaf_index >= ? and leaf_index < ? order by leaf_index limit " + MAX_LEAVES;

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final PendingSeal seals;

  /** The template must open its transactions on the data source of {@code jdbc}. */
  public SqlLogStore(JdbcTemplate jdbc, TransactionTemplate transactions, PendingSeal seals) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.seals = seals;
  }

  @Override
  public void addPending(PendingLeaf leaf) {
    Statement statement = leaf.statement();
    jdbc.update(
        "insert into anchor_pending (statement, salt, version_id, chain, record, seal) values"
            + " (?,?,?,?,?,?)",
        statement.canonicalBytes(),
        leaf.salt().bytes(),
        Rows.versionOf(statement),
        statement.chain(),
        leaf.record().getBytes(StandardCharsets.UTF_8),
        seals.of(leaf));
  }

  @Override
  public void addPending(Collection<PendingLeaf> leaves) {
    jdbc.update(INSERT_PENDING, pending(ManyRows.of(leaves), Function.identity(), seals).setter());
  }

  /** The columns of {@link #INSERT_PENDING}, after those that are there. */
  static <T> ManyRows<T> pending(
      ManyRows<T> rows, Function<T, PendingLeaf> leaf, PendingSeal seals) {
    return rows.bytea(row -> leaf.apply(row).statement().canonicalBytes())
        .bytea(row -> leaf.apply(row).salt().bytes())
        .varchar(row -> Rows.versionOf(leaf.apply(row).statement()))
        .varchar(row -> leaf.apply(row).statement().chain())
        .bytea(row -> leaf.apply(row).record().getBytes(StandardCharsets.UTF_8))
        .bytea(row -> seals.of(leaf.apply(row)));
  }

  @Override
  public long pendingCount() {
    return count("select count(*) from anchor_pending");
  }

  private long count(String sql, Object... arguments) {
    Long found = jdbc.queryForObject(sql, Long.class, arguments);
    return found == null ? 0 : found;
  }

  @Override
  public <T> Optional<T> exclusively(Function<LogTransaction, T> work) {
    return Optional.ofNullable(
        transactions.execute(
            status ->
                jdbc
                    .query(Rows.STATE + " for update skip locked", (row, n) -> Rows.state(row))
                    .stream()
                    .findFirst()
                    .map(state -> work.apply(new SqlLogTransaction(jdbc, seals, state)))
                    .orElse(null)));
  }

  @Override
  public LogState state() {
    return jdbc.query(Rows.STATE, (row, n) -> Rows.state(row)).stream()
        .findFirst()
        .orElseThrow(() -> new CorruptLogException("anchor_log: want one row, got none"));
  }

  @Override
  public double secondsBehind(Instant now) {
    return jdbc
        .query(
            "select statement from anchor_leaf where leaf_index = (select min(leaf_index) from"
                + " anchor_leaf where leaf_index >= (select anchored_size from anchor_log where id"
                + " = 1) and kind <> '"
                + Rows.ERASED
                + "') union all select statement from anchor_pending where"
                + " pending_id = (select min(pending_id) from anchor_pending)",
            (row, n) -> Rows.statement(row.getBytes(1), "oldest leaf").recorded())
        .stream()
        .mapToDouble(recorded -> Duration.between(recorded, now).toMillis() / 1000.0)
        .max()
        .orElse(0);
  }

  @Override
  public Optional<SequencedLeaf> version(ResourceKey resource, String version) {
    return jdbc
        .query(
            LEAF + "where chain = ? and version_id = ? order by leaf_index desc limit 1",
            (row, n) -> Rows.leaf(row),
            Rows.chain(resource),
            version)
        .stream()
        .findFirst();
  }

  @Override
  public boolean isPending(ResourceKey resource, String version) {
    return count(
            "select count(*) from anchor_pending where chain = ? and version_id = ?",
            Rows.chain(resource),
            version)
        > 0;
  }

  @Override
  public List<Digest> commitments(LeafIndex from, LeafIndex to) {
    return jdbc.query(
        "select commitment from anchor_leaf" + RANGE,
        (row, n) -> Rows.value("a leaf's commitment", row.getBytes(1), Digest::of),
        from.value(),
        to.value());
  }

  @Override
  public List<SequencedLeaf> leaves(LeafIndex from, LeafIndex to) {
    return jdbc.query(
        LEAF
            + "where kind <> '"
            + Rows.ERASED
            + "' and leaf_index >= ? and leaf_index < ? order by leaf_index limit "
            + MAX_LEAVES,
        (row, n) -> Rows.leaf(row),
        from.value(),
        to.value());
  }

  @Override
  public List<SequencedLeaf> chain(ResourceKey resource, int limit) {
    return jdbc.query(
        LEAF + "where chain = ? order by leaf_index limit ?",
        (row, n) -> Rows.leaf(row),
        Rows.chain(resource),
        limit);
  }

  @Override
  public List<SequencedLeaf> disclosures(Digest subject, int limit) {
    return disclosuresBefore(subject, new LeafIndex(Long.MAX_VALUE), limit);
  }

  @Override
  public List<SequencedLeaf> disclosuresBefore(Digest subject, LeafIndex before, int limit) {
    return jdbc.query(
        LEAF + "where chain = ? and leaf_index < ? order by chain desc, leaf_index desc limit ?",
        (row, n) -> Rows.leaf(row),
        Statement.Disclosure.chainOf(subject),
        before.value(),
        limit);
  }

  @Override
  public List<SequencedLeaf> disclosuresFrom(Digest subject, LeafIndex from, int limit) {
    return jdbc.query(
        LEAF + "where chain = ? and leaf_index >= ? order by leaf_index limit ?",
        (row, n) -> Rows.leaf(row),
        Statement.Disclosure.chainOf(subject),
        from.value(),
        limit);
  }

  @Override
  public Optional<SignedCheckpoint> latestCheckpoint() {
    return latestCheckpoint(jdbc);
  }

  static Optional<SignedCheckpoint> latestCheckpoint(JdbcTemplate jdbc) {
    return jdbc
        .query(
            "select note from anchor_checkpoint order by tree_size desc limit 1",
            (row, n) -> Rows.checkpoint(row))
        .stream()
        .findFirst();
  }

  @Override
  public Optional<SignedCheckpoint> checkpoint(TreeSize size) {
    return jdbc
        .query(
            "select note from anchor_checkpoint where tree_size = ?",
            (row, n) -> Rows.checkpoint(row),
            size.value())
        .stream()
        .findFirst();
  }

  @Override
  public TileSource tiles() {
    return new SqlTiles(jdbc);
  }
}
