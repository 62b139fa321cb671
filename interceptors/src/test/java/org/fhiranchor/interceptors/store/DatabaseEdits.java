package org.fhiranchor.interceptors.store;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TreeProofs;
import org.fhiranchor.merkle.TreeSize;
import org.springframework.jdbc.core.JdbcTemplate;

/** What somebody with the database alone may do to the head of a log, at random. */
final class DatabaseEdits {
  static final List<String> TABLES =
      List.of("anchor_log", "anchor_tile", "anchor_checkpoint", "anchor_leaf");

  private final JdbcTemplate jdbc;
  private final Random pick;
  private final List<SignedCheckpoint> signed;
  private final List<Supplier<String>> kinds =
      List.of(
          this::flipABitOfAnEdgeTile,
          this::flipABitOfAnyTile,
          this::cutATile,
          this::deleteATile,
          this::swapTiles,
          this::anotherSize,
          this::anotherRoot,
          this::anotherName,
          this::editANote,
          this::copyANote,
          this::deleteNewestNotes,
          this::setBackTheHeadAlone,
          this::setBackAll,
          this::rewriteTilesAndRoot,
          this::several);

  DatabaseEdits(JdbcTemplate jdbc, Random pick, List<SignedCheckpoint> signed) {
    this.jdbc = jdbc;
    this.pick = pick;
    this.signed = signed;
  }

  /** One edit, and what it was. */
  String one() {
    return kinds.get(pick.nextInt(kinds.size())).get();
  }

  /** The tables as they were. */
  void undo() {
    jdbc.update("delete from anchor_pending");
    for (String table : TABLES) {
      jdbc.update("delete from " + table);
      jdbc.update("insert into " + table + " select * from kept_" + table);
    }
  }

  private String several() {
    return one() + ", " + kinds.get(pick.nextInt(kinds.size() - 1)).get();
  }

  private String flipABitOfAnEdgeTile() {
    return pick.nextBoolean() ? flip(0, 2) : flip(1, 0);
  }

  private String flipABitOfAnyTile() {
    return flip(0, pick.nextInt(3));
  }

  private String flip(int level, long index) {
    List<byte[]> found =
        jdbc.query(
            "select hashes from anchor_tile where tile_level = ? and tile_index = ?",
            (row, n) -> row.getBytes(1),
            level,
            index);
    if (found.isEmpty() || found.get(0).length == 0) {
      return "no tile";
    }
    byte[] hashes = found.get(0);
    int at = pick.nextInt(hashes.length);
    hashes[at] ^= (byte) (1 << pick.nextInt(8));
    setTile(level, index, hashes);
    return "bit of tile %d/%d at %d".formatted(level, index, at);
  }

  private void setTile(int level, long index, byte[] hashes) {
    jdbc.update(
        "update anchor_tile set hashes = ? where tile_level = ? and tile_index = ?",
        hashes,
        level,
        index);
  }

  private String cutATile() {
    int bytes = pick.nextInt(191 * Digest.LENGTH);
    jdbc.update(
        "update anchor_tile set hashes = substring(hashes from 1 for ?) where tile_index = 2",
        bytes);
    return "edge tile cut to " + bytes;
  }

  private String deleteATile() {
    int index = pick.nextInt(3);
    jdbc.update("delete from anchor_tile where tile_index = ?", index);
    return "tiles " + index + " deleted";
  }

  private String swapTiles() {
    jdbc.update(
        "update anchor_tile set hashes = (select hashes from kept_anchor_tile where tile_level = 0"
            + " and tile_index = ?) where tile_level = 0 and tile_index = 2",
        pick.nextInt(2));
    return "edge tile replaced by another";
  }

  private String anotherSize() {
    long size = pick.nextBoolean() ? pick.nextInt(1500) - 3 : pick.nextLong();
    jdbc.update("update anchor_log set tree_size = ?", size);
    return "size " + size;
  }

  private String anotherRoot() {
    byte[] root = new byte[pick.nextInt(4) == 0 ? pick.nextInt(40) : Digest.LENGTH];
    pick.nextBytes(root);
    jdbc.update("update anchor_log set root = ?", root);
    return "root of " + root.length + " bytes";
  }

  private String anotherName() {
    String other = new LogVerifierKey("example.org/log", new byte[32]).toString();
    if (pick.nextBoolean()) {
      jdbc.update("update anchor_log set verifier_key = ?", other);
      return "another key";
    }
    jdbc.update("update anchor_log set origin = 'example.org/other'");
    return "another origin";
  }

  private String editANote() {
    StringBuilder note = new StringBuilder(signed.get(signed.size() - 1).note());
    int at = pick.nextInt(note.length());
    note.setCharAt(at, (char) ('0' + pick.nextInt(60)));
    jdbc.update("update anchor_checkpoint set note = ? where tree_size = 703", note.toString());
    return "note changed at " + at;
  }

  private String copyANote() {
    int which = pick.nextInt(signed.size());
    long size = pick.nextBoolean() ? 703 : 704 + pick.nextInt(300);
    jdbc.update("delete from anchor_checkpoint where tree_size = ?", size);
    jdbc.update(
        "insert into anchor_checkpoint (tree_size, note) values (?,?)",
        size,
        signed.get(which).note());
    return "note " + which + " as that of size " + size;
  }

  private String deleteNewestNotes() {
    int from = pick.nextInt(703);
    jdbc.update("delete from anchor_checkpoint where tree_size > ?", from);
    return "notes after " + from + " deleted";
  }

  private String setBackTheHeadAlone() {
    SignedCheckpoint old = signed.get(pick.nextInt(signed.size()));
    setHead(old);
    return "head set back to " + old.checkpoint().size();
  }

  private void setHead(SignedCheckpoint head) {
    jdbc.update(
        "update anchor_log set tree_size = ?, root = ?",
        head.checkpoint().size().value(),
        head.checkpoint().root().bytes());
  }

  private String setBackAll() {
    int which = pick.nextInt(signed.size() - 1);
    rollBackTo(which);
    return "everything set back to head " + which;
  }

  void rollBackTo(int which) {
    SignedCheckpoint old = signed.get(which);
    long size = old.checkpoint().size().value();
    setHead(old);
    jdbc.update("delete from anchor_checkpoint where tree_size > ?", size);
    jdbc.update("delete from anchor_leaf where leaf_index >= ?", size);
  }

  /** A tree that fits together, of another leaf: all but the signature. */
  private String rewriteTilesAndRoot() {
    String what = flip(0, 2);
    TreeSize size = new TreeSize(703);
    try {
      Digest root = TreeProofs.root(size, new TileNodes(size, new SqlTiles(jdbc)));
      jdbc.update("update anchor_log set root = ?", root.bytes());
    } catch (RuntimeException torn) {
      return what + ", no root";
    }
    return what + ", root made to fit";
  }
}
