package org.fhiranchor.interceptors.log.serving;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.ExportOrigin;
import org.fhiranchor.merkle.NodeSource;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.TreeProofs;
import org.fhiranchor.merkle.TreeSize;

/**
 * Proofs of many leaves as of one moment: one anchor and one newest checkpoint for all of them, and
 * each node of the tree computed once. For one thread.
 */
public final class ProofSnapshot {
  /** Nodes that are kept, about 100 bytes each. */
  private static final int KEPT = 1 << 16;

  private final Optional<Anchor> anchor;
  private final Optional<SignedCheckpoint> anchored;
  private final SignedCheckpoint newest;
  private final TileSource tiles;
  private final Map<TreeSize, NodeSource> nodes = new HashMap<>();

  ProofSnapshot(
      Optional<Anchor> anchor,
      Optional<SignedCheckpoint> anchored,
      SignedCheckpoint newest,
      TileSource tiles) {
    this.anchor = anchor;
    this.anchored = anchored;
    this.newest = newest;
    this.tiles = tiles;
  }

  /** The newest anchor of that moment. */
  public Optional<Anchor> anchor() {
    return anchor;
  }

  /** The head that proofs lead to: the newest one that is anchored, else the newest. */
  public ExportOrigin head() {
    return new ExportOrigin(anchored.orElse(newest), anchor);
  }

  /** Leaves in the log at that moment. */
  public TreeSize size() {
    return newest.checkpoint().size();
  }

  /**
   * The proof of a leaf: against the anchor where that covers it, else against the newest head.
   *
   * @throws CorruptLogException when the log contradicts itself
   */
  public ProofFile of(SequencedLeaf leaf) {
    Optional<Anchor> covering = anchor.filter(known -> known.size().value() > leaf.index().value());
    SignedCheckpoint checkpoint = covering.isPresent() ? anchored.orElse(newest) : newest;
    TreeSize size = checkpoint.checkpoint().size();
    if (leaf.index().value() >= size.value()) {
      throw new CorruptLogException("leaf %s: beyond the head of %s".formatted(leaf.index(), size));
    }
    return new ProofFile(
        leaf.statement(),
        leaf.salt(),
        leaf.index(),
        checkpoint,
        TreeProofs.inclusion(leaf.index(), size, nodes.computeIfAbsent(size, this::kept)),
        covering,
        List.of());
  }

  private NodeSource kept(TreeSize size) {
    NodeSource source = new TileNodes(size, tiles);
    Map<Node, Digest> known = new LinkedHashMap<>();
    return (level, index) -> {
      Node node = new Node(level, index);
      Digest hash = known.get(node);
      if (hash == null) {
        hash = source.node(level, index);
        if (known.size() == KEPT) {
          known.clear();
        }
        known.put(node, hash);
      }
      return hash;
    };
  }

  private record Node(int level, long index) {}
}
