package org.fhiranchor.verifier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.EntryBundleId;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.Tiles;
import org.fhiranchor.merkle.TreeAppender;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeSize;

/** Reads all entries in order, builds the tree anew and holds each tile against the served one. */
final class LogRebuild {
  private final TileServer server;
  private final TreeSize upTo;
  private final Optional<TreeSize> known;
  private final Map<Integer, Tile> edge = new HashMap<>();
  private Optional<Digest> rootAtKnown = Optional.empty();
  private TreeSize size = TreeSize.ZERO;
  private Digest root = TreeHash.EMPTY;
  private long tiles;

  /**
   * A rebuild from nothing.
   *
   * @param known a size on the way whose root is wanted, too
   */
  LogRebuild(TileServer server, TreeSize upTo, Optional<TreeSize> known) {
    this.server = server;
    this.upTo = upTo;
    this.known = known;
    noteRoot();
  }

  /** What came of it. */
  record Rebuilt(Digest root, Optional<Digest> rootAtKnown, long tiles) {}

  Rebuilt run() throws IOException, AuditFailure {
    for (long bundle = 0; Tiles.width(upTo, 0, bundle) > 0; bundle++) {
      List<Digest> leaves = leaves(EntryBundleId.in(upTo, bundle));
      int before = entriesBeforeKnown(leaves.size());
      append(leaves.subList(0, before));
      append(leaves.subList(before, leaves.size()));
    }
    for (Tile partial : edge.values()) {
      compare(partial);
    }
    return new Rebuilt(root, rootAtKnown, tiles);
  }

  private List<Digest> leaves(EntryBundleId id) throws IOException, AuditFailure {
    List<Digest> leaves = new ArrayList<>();
    for (byte[] entry : server.entries(id)) {
      if (entry.length != Commitment.ENTRY_LENGTH || entry[0] != Commitment.ENTRY_TYPE) {
        throw new AuditFailure(
            "entries",
            "an entry in " + id.path() + " is no commitment",
            Commitment.ENTRY_LENGTH + " bytes of type 1",
            entry.length + " bytes");
      }
      leaves.add(TreeHash.leaf(entry));
    }
    return leaves;
  }

  private int entriesBeforeKnown(int count) {
    long left = known.map(TreeSize::value).orElse(0L) - size.value();
    return left > 0 && left < count ? (int) left : count;
  }

  private void append(List<Digest> leaves) throws IOException, AuditFailure {
    if (leaves.isEmpty()) {
      return;
    }
    TreeAppender.Appended appended = TreeAppender.append(size, this::edgeTile, leaves);
    for (Tile tile : appended.tiles()) {
      if (tile.id().width() == Tiles.WIDTH) {
        compare(tile);
        edge.remove(tile.id().level());
      } else {
        edge.put(tile.id().level(), tile);
      }
    }
    size = appended.size();
    root = appended.root();
    noteRoot();
  }

  private void noteRoot() {
    if (known.isPresent() && known.get().equals(size)) {
      rootAtKnown = Optional.of(root);
    }
  }

  private Tile edgeTile(TileId id) {
    Tile tile = edge.get(id.level());
    if (tile == null || !tile.id().equals(id)) {
      throw new IllegalStateException("rebuild: want " + id.path() + " at the edge");
    }
    return tile;
  }

  private void compare(Tile made) throws IOException, AuditFailure {
    Tile served = server.tile(made.id());
    for (int i = 0; i < made.id().width(); i++) {
      if (!served.hash(i).equals(made.hash(i))) {
        throw new AuditFailure(
            "tiles",
            "hash " + i + " of " + made.id().path() + " does not come from the entries",
            made.hash(i).hex(),
            served.hash(i).hex());
      }
    }
    tiles++;
  }
}
