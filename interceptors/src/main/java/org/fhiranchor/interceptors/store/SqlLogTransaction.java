package org.fhiranchor.interceptors.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogTransaction;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.TreeAppender;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The statements of one sequencing round, inside its transaction. */
final class SqlLogTransaction implements LogTransaction {
  private static final String LATEST =
      "select k.chain, (select l.commitment from anchor_leaf l where l.chain = k.chain order by"
          + " l.chain desc, l.leaf_index desc limit 1) from unnest(cast(? as varchar array)) as"
          + " k(chain)";

  private static final String LATEST_LEAVES =
      SqlLogStore.LEAF
          + "where leaf_index in (select (select l.leaf_index from anchor_leaf l where l.chain ="
          + " k.chain order by l.chain desc, l.leaf_index desc limit 1) from unnest(cast(? as"
          + " varchar array)) as k(chain))";

  private static final String INSERT_LEAVES =
      "insert into anchor_leaf (leaf_index, chain, version_id, kind, statement, salt, commitment,"
          + " record) select * from unnest(cast(? as bigint array), cast(? as varchar array),"
          + " cast(? as varchar array), cast(? as varchar array), cast(? as bytea array), cast(? as"
          + " bytea array), cast(? as bytea array), cast(? as bytea array))";

  private static final String AGAIN =
      "select k.id from unnest(cast(? as bigint array), cast(? as varchar array), cast(? as bytea"
          + " array), cast(? as varchar array)) as k(id, chain, salt, version) where ";

  /** Versions come in their order, and a resource can have very many: its newest leaf decides. */
  private static final String OLD_VERSION =
      AGAIN
          + "cast(k.version as bigint) <= (select cast(l.version_id as bigint) from anchor_leaf l"
          + " where l.chain = k.chain order by l.chain desc, l.leaf_index desc limit 1)";

  /** No two leaves share a salt. By the chain as well, all of a long one would be looked at. */
  private static final String OLD_SALT =
      AGAIN + "exists (select 1 from anchor_leaf l where l.salt = k.salt)";

  private static final String DELETE_PENDING =
      "delete from anchor_pending where pending_id between ? and ?";

  private static final Object[] NONE = {0L, Long.MIN_VALUE};

  private final JdbcTemplate jdbc;
  private final PendingSeal seals;
  private final LogState state;

  SqlLogTransaction(JdbcTemplate jdbc, PendingSeal seals, LogState state) {
    this.jdbc = jdbc;
    this.seals = seals;
    this.state = state;
  }

  @Override
  public LogState state() {
    return state;
  }

  @Override
  public List<Waiting> pending(int limit) {
    List<Waiting> waiting =
        jdbc.query(
            SqlChainRows.WAITING + "order by pending_id limit ?",
            (row, n) -> new Waiting(row.getLong("pending_id"), SqlChainRows.genuine(row, seals)),
            limit);
    refuseRepeated(waiting);
    return waiting;
  }

  /**
   * A row that was read once and is inserted again has its seal: it must not get a second place.
   */
  private void refuseRepeated(List<Waiting> waiting) {
    Map<Salt, Long> seen = new HashMap<>();
    for (Waiting one : waiting) {
      Long other = seen.put(one.leaf().salt(), one.pendingId());
      if (other != null) {
        throw repeated(one.pendingId());
      }
    }
    for (boolean version : new boolean[] {true, false}) {
      List<Waiting> some =
          waiting.stream()
              .filter(one -> (Rows.versionOf(one.leaf().statement()) != null) == version)
              .toList();
      if (!some.isEmpty()) {
        refuse(some, version ? OLD_VERSION : OLD_SALT);
      }
    }
  }

  private void refuse(List<Waiting> waiting, String repeated) {
    jdbc
        .query(
            repeated,
            ManyRows.of(waiting)
                .bigint(Waiting::pendingId)
                .varchar(one -> one.leaf().statement().chain())
                .bytea(one -> one.leaf().salt().bytes())
                .varchar(one -> Rows.versionOf(one.leaf().statement()))
                .setter(),
            (row, n) -> row.getLong(1))
        .stream()
        .findFirst()
        .ifPresent(
            id -> {
              throw repeated(id);
            });
  }

  private static CorruptLogException repeated(long pendingId) {
    return new CorruptLogException(
        "pending row %d: this leaf has its place already, somebody wrote it again"
            .formatted(pendingId));
  }

  @Override
  public Map<String, Digest> latestCommitments(Collection<String> chains) {
    Map<String, Digest> latest = new HashMap<>();
    jdbc.query(
        LATEST,
        ManyRows.of(chains).varchar(chain -> chain).setter(),
        row -> {
          byte[] commitment = row.getBytes(2);
          if (commitment != null) {
            latest.put(row.getString(1), Rows.value("a leaf's commitment", commitment, Digest::of));
          }
        });
    return latest;
  }

  @Override
  public Map<String, SequencedLeaf> latestLeaves(Collection<String> chains) {
    Map<String, SequencedLeaf> latest = new HashMap<>();
    jdbc.query(
        LATEST_LEAVES,
        ManyRows.of(chains).varchar(chain -> chain).setter(),
        row -> {
          SequencedLeaf leaf = Rows.leaf(row);
          latest.put(leaf.statement().chain(), leaf);
        });
    return latest;
  }

  @Override
  public Optional<SignedCheckpoint> latestCheckpoint() {
    return SqlLogStore.latestCheckpoint(jdbc);
  }

  @Override
  public TileSource tiles() {
    return new SqlTiles(jdbc);
  }

  @Override
  public void write(
      Collection<Waiting> done,
      List<SequencedLeaf> leaves,
      TreeAppender.Appended tree,
      SignedCheckpoint checkpoint) {
    try {
      insertLeaves(leaves);
    } catch (DuplicateKeyException torn) {
      throw new CorruptLogException(
          "anchor_leaf holds leaves beyond the head of %d: a transaction was stored in part"
              .formatted(state.size().value()),
          torn);
    }
    tree.tiles().forEach(this::writeTile);
    jdbc.update(
        "insert into anchor_checkpoint (tree_size, note) values (?,?)",
        tree.size().value(),
        checkpoint.note());
    advance(tree);
    jdbc.batchUpdate(DELETE_PENDING, runs(done));
    // If we die here nothing of this round exists: the pending rows are still there.
  }

  /**
   * First and last of each run of numbers without a gap. In a gap there may be a row by now that
   * somebody committed since we looked: it must not go.
   */
  static List<Object[]> runs(Collection<Waiting> done) {
    List<Object[]> runs = new ArrayList<>();
    for (long id : done.stream().mapToLong(Waiting::pendingId).sorted().toArray()) {
      Object[] run = runs.isEmpty() ? NONE : runs.get(runs.size() - 1);
      if (run[1].equals(id - 1)) {
        run[1] = id;
      } else {
        runs.add(new Object[] {id, id});
      }
    }
    return runs;
  }

  private void insertLeaves(List<SequencedLeaf> leaves) {
    jdbc.update(
        INSERT_LEAVES,
        ManyRows.of(leaves)
            .bigint(leaf -> leaf.index().value())
            .varchar(leaf -> leaf.statement().chain())
            .varchar(leaf -> Rows.versionOf(leaf.statement()))
            .varchar(leaf -> Rows.kindOf(leaf.statement()))
            .bytea(leaf -> leaf.statement().canonicalBytes())
            .bytea(leaf -> leaf.salt().bytes())
            .bytea(leaf -> leaf.commitment().bytes())
            .bytea(leaf -> leaf.record().getBytes(StandardCharsets.UTF_8))
            .setter());
  }

  private void writeTile(Tile tile) {
    byte[] hashes = tile.bytes();
    int updated =
        jdbc.update(
            "update anchor_tile set width = ?, hashes = ? where tile_level = ? and tile_index = ?",
            tile.id().width(),
            hashes,
            tile.id().level(),
            tile.id().index());
    if (updated == 0) {
      jdbc.update(
          "insert into anchor_tile (tile_level, tile_index, width, hashes) values (?,?,?,?)",
          tile.id().level(),
          tile.id().index(),
          tile.id().width(),
          hashes);
    }
  }

  private void advance(TreeAppender.Appended tree) {
    int updated =
        jdbc.update(
            "update anchor_log set tree_size = ?, root = ? where id = 1 and tree_size = ?",
            tree.size().value(),
            tree.root().bytes(),
            state.size().value());
    if (updated != 1) {
      throw new CorruptLogException("anchor_log: the size changed under its lock");
    }
  }
}
