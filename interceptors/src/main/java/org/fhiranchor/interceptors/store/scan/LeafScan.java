package org.fhiranchor.interceptors.store.scan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.Tiles;
import org.fhiranchor.merkle.TreeHash;

/**
 * Reads every leaf in its order, builds the tree anew, and holds tiles and heads against it. What
 * the leaves state is handed on, page by page.
 */
final class LeafScan {
  private static final String PAGE_OF_LEAVES =
      "select "
          + LeafRow.COLUMNS
          + " from anchor_leaf where leaf_index >= ? order by leaf_index limit "
          + Scanning.PAGE;

  /** Missing leaves that are named one by one; a longer gap is named by its ends. */
  private static final int MOST_NAMED = 100;

  private final Scanning scan;
  private final HeadScan heads;
  private final List<LeafReader> readers;
  private final GrowingTree tree = new GrowingTree(this::compareTile);
  private final Map<Long, byte[]> tiles = new HashMap<>();
  private long tilesFrom;

  /** Told of the leaves of each page, in their order. */
  interface LeafReader {
    void read(List<LeafRow.Checked> page);
  }

  LeafScan(Scanning scan, HeadScan heads, List<LeafReader> readers) {
    this.scan = scan;
    this.heads = heads;
    this.readers = List.copyOf(readers);
  }

  void run() {
    long size = heads.size();
    long next = 0;
    List<LeafRow> page = page(next);
    while (!page.isEmpty()) {
      List<LeafRow.Checked> checked = page.parallelStream().map(LeafRow::check).toList();
      checked.forEach(this::name);
      grow(checked, size);
      readers.forEach(reader -> reader.read(checked));
      scan.advance(page.size());
      next = page.get(page.size() - 1).index() + 1;
      page = page.size() < Scanning.PAGE ? List.of() : page(next);
    }
    fillGap(size);
    tree.end();
    extraTiles();
    heads.end(tree.size());
  }

  private List<LeafRow> page(long from) {
    return scan.jdbc().query(PAGE_OF_LEAVES, (row, n) -> LeafRow.of(row), from);
  }

  private void name(LeafRow.Checked leaf) {
    leaf.wrong().forEach(what -> scan.found(Kind.LEAF, "leaf " + leaf.row().index(), what));
  }

  private void grow(List<LeafRow.Checked> page, long size) {
    for (LeafRow.Checked leaf : page) {
      long index = leaf.row().index();
      if (index < 0 || index >= size) {
        scan.found(Kind.LEAF, "leaf " + index, "it is beyond the signed head of " + size);
      } else {
        fillGap(index);
        add(hash(leaf));
      }
    }
  }

  /** Takes the hash of a missing leaf from its tile, so that what follows can be compared. */
  private void fillGap(long to) {
    long from = tree.size();
    if (to - from > MOST_NAMED) {
      scan.found(Kind.LEAF, "leaf " + from, "all leaves up to %d are missing".formatted(to - 1));
    }
    for (long index = from; index < to; index++) {
      if (to - from <= MOST_NAMED) {
        scan.found(Kind.LEAF, "leaf " + index, "it is missing");
      }
      add(inTile(index).orElse(TreeHash.EMPTY));
    }
  }

  private void add(Digest hash) {
    tree.add(hash);
    heads.grown(tree);
  }

  /** Of a leaf that contradicts itself, whichever the tile has. */
  private Digest hash(LeafRow.Checked leaf) {
    if (leaf.agrees()) {
      return leaf.hashes().get(0);
    }
    return inTile(leaf.row().index())
        .filter(leaf.hashes()::contains)
        .or(() -> inTile(leaf.row().index()))
        .orElse(leaf.hashes().get(0));
  }

  private Optional<Digest> inTile(long index) {
    byte[] hashes = lowest(index / Tiles.WIDTH);
    int at = (int) (index % Tiles.WIDTH) * Digest.LENGTH;
    return hashes.length < at + Digest.LENGTH
        ? Optional.empty()
        : Optional.of(Digest.of(Arrays.copyOfRange(hashes, at, at + Digest.LENGTH)));
  }

  private byte[] lowest(long index) {
    if (index < tilesFrom || index >= tilesFrom + Tiles.WIDTH || tiles.isEmpty()) {
      tiles.clear();
      tilesFrom = index;
      scan.jdbc()
          .query(
              "select tile_index, hashes from anchor_tile where tile_level = 0 and tile_index >= ?"
                  + " and tile_index < ?",
              row -> {
                tiles.put(row.getLong(1), LeafRow.bytes(row, "hashes"));
              },
              index,
              index + Tiles.WIDTH);
    }
    return tiles.getOrDefault(index, new byte[0]);
  }

  private void compareTile(TileId id, Tile made) {
    String place = "tile " + id.level() + "/" + id.index();
    List<Row> found =
        scan.jdbc()
            .query(
                "select width, hashes from anchor_tile where tile_level = ? and tile_index = ?",
                (row, n) -> new Row(row.getInt("width"), LeafRow.bytes(row, "hashes")),
                id.level(),
                id.index());
    if (found.isEmpty()) {
      scan.found(Kind.TILE, place, "it is missing");
      return;
    }
    Row row = found.get(0);
    if (row.width() != id.width() || row.hashes().length != id.width() * Digest.LENGTH) {
      scan.found(Kind.TILE, place, "want %d hashes, got another number".formatted(id.width()));
    }
    byte[] want = made.bytes();
    int at = Arrays.mismatch(want, row.hashes());
    if (at >= 0 && at < Math.min(want.length, row.hashes().length)) {
      int hash = at / Digest.LENGTH;
      scan.found(
          Kind.TILE,
          place,
          "hash %d is not that of %s %d"
              .formatted(
                  hash,
                  id.level() == 0 ? "leaf" : "the tile below,",
                  id.index() * Tiles.WIDTH + hash));
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Row(int width, byte[] hashes) {}

  private void extraTiles() {
    List<String> extra = new ArrayList<>();
    scan.jdbc()
        .query(
            "select tile_level, max(tile_index), min(tile_index), count(*) from anchor_tile group"
                + " by tile_level",
            row -> {
              int level = row.getInt(1);
              long tilesOfLevel = level < 0 || level > Tiles.MAX_LEVEL ? 0 : tree.tiles(level);
              if (row.getLong(2) >= tilesOfLevel || row.getLong(3) < 0) {
                extra.add("tile %d/%d".formatted(level, row.getLong(2)));
              }
            });
    extra.forEach(place -> scan.found(Kind.TILE, place, "the tree has no such tile"));
  }
}
