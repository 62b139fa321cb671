package org.fhiranchor.interceptors.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogTransaction;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.TreeAppender;
import org.springframework.jdbc.core.JdbcTemplate;

/** The statements of one sequencing round, inside its transaction. */
final class SqlLogTransaction implements LogTransaction {
  private static final int KEYS_PER_QUERY = 500;

  private final JdbcTemplate jdbc;
  private final LogState state;

  SqlLogTransaction(JdbcTemplate jdbc, LogState state) {
    this.jdbc = jdbc;
    this.state = state;
  }

  @Override
  public LogState state() {
    return state;
  }

  @Override
  public List<Waiting> pending(int limit) {
    return jdbc.query(
        "select pending_id, statement, salt, record from anchor_pending order by pending_id limit ?",
        (row, n) -> {
          long id = row.getLong("pending_id");
          return new Waiting(
              id,
              new PendingLeaf(
                  Rows.statement(row.getBytes("statement"), "pending row " + id),
                  Salt.of(row.getBytes("salt")),
                  Rows.record(row)));
        },
        limit);
  }

  @Override
  public Map<String, Digest> latestCommitments(Collection<String> chains) {
    Map<String, Digest> latest = new HashMap<>();
    List<String> keys = List.copyOf(chains);
    for (int from = 0; from < keys.size(); from += KEYS_PER_QUERY) {
      addLatest(keys.subList(from, Math.min(from + KEYS_PER_QUERY, keys.size())), latest);
    }
    return latest;
  }

  private void addLatest(List<String> chains, Map<String, Digest> latest) {
    String marks = String.join(",", Collections.nCopies(chains.size(), "?"));
    jdbc.query(
        "select l.chain, l.commitment from anchor_leaf l join (select max(leaf_index) as newest from"
            + " anchor_leaf where chain in ("
            + marks
            + ") group by chain) m on l.leaf_index = m.newest",
        row -> {
          latest.put(row.getString(1), Digest.of(row.getBytes(2)));
        },
        chains.toArray());
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
    insertLeaves(leaves);
    tree.tiles().forEach(this::writeTile);
    jdbc.update(
        "insert into anchor_checkpoint (tree_size, note) values (?,?)",
        tree.size().value(),
        checkpoint.note());
    advance(tree);
    jdbc.batchUpdate(
        "delete from anchor_pending where pending_id = ?",
        done.stream().map(waiting -> new Object[] {waiting.pendingId()}).toList());
    // If we die here nothing of this round exists: the pending rows are still there.
  }

  private void insertLeaves(List<SequencedLeaf> leaves) {
    List<Object[]> rows = new ArrayList<>(leaves.size());
    for (SequencedLeaf leaf : leaves) {
      rows.add(
          new Object[] {
            leaf.index().value(),
            leaf.statement().chain(),
            Rows.versionOf(leaf.statement()),
            Rows.kindOf(leaf.statement()),
            leaf.statement().canonicalBytes(),
            leaf.salt().bytes(),
            leaf.commitment().bytes(),
            leaf.record().getBytes(StandardCharsets.UTF_8)
          });
    }
    jdbc.batchUpdate(
        "insert into anchor_leaf (leaf_index, chain, version_id, kind, statement, salt, commitment,"
            + " record) values (?,?,?,?,?,?,?,?)",
        rows);
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
