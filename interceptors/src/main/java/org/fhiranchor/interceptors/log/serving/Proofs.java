package org.fhiranchor.interceptors.log.serving;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TreeProofs;
import org.fhiranchor.merkle.TreeSize;

/** Makes proof files from the log. Reads only. */
public final class Proofs {
  private final LogStore store;
  private final Anchors anchors;
  private final LogHealth health;

  /** Proofs of this log. */
  public Proofs(LogStore store, Anchors anchors, LogHealth health) {
    this.store = store;
    this.anchors = anchors;
    this.health = health;
  }

  /** The proof of one version, against the newest anchor that covers it, else the newest head. */
  public ProofAnswer of(ResourceKey resource, String version) {
    Optional<String> refusal = health.refusal();
    if (refusal.isPresent()) {
      return new ProofAnswer.Refused(refusal.get());
    }
    try {
      return find(resource, version);
    } catch (CorruptLogException contradiction) {
      health.refuse(contradiction);
      return new ProofAnswer.Refused("the log contradicts itself: " + contradiction.getMessage());
    }
  }

  /**
   * The proof of a leaf that stands in the log.
   *
   * @throws CorruptLogException when the log contradicts itself
   */
  public ProofFile of(SequencedLeaf leaf) {
    return file(leaf);
  }

  private ProofAnswer find(ResourceKey resource, String version) {
    Optional<SequencedLeaf> leaf = store.version(resource, version);
    if (leaf.isPresent()) {
      return new ProofAnswer.Ready(leaf.get(), file(leaf.get()));
    }
    if (store.isPending(resource, version)) {
      return new ProofAnswer.Pending();
    }
    // Sequenced between the two looks.
    return store
        .version(resource, version)
        .<ProofAnswer>map(late -> new ProofAnswer.Ready(late, file(late)))
        .orElseGet(ProofAnswer.NotRecorded::new);
  }

  private ProofFile file(SequencedLeaf leaf) {
    Optional<Anchor> anchor =
        anchors.latest().filter(known -> known.size().value() > leaf.index().value());
    SignedCheckpoint checkpoint =
        anchor.map(known -> checkpointAt(known.size())).orElseGet(this::newestCheckpoint);
    TreeSize size = checkpoint.checkpoint().size();
    if (leaf.index().value() >= size.value()) {
      throw new CorruptLogException("leaf %s: beyond the head of %s".formatted(leaf.index(), size));
    }
    return new ProofFile(
        leaf.statement(),
        leaf.salt(),
        leaf.index(),
        checkpoint,
        inclusion(leaf.index(), size),
        anchor,
        List.of());
  }

  private SignedCheckpoint checkpointAt(TreeSize size) {
    return store
        .checkpoint(size)
        .orElseThrow(
            () -> new CorruptLogException("checkpoint " + size.value() + ": anchored, not stored"));
  }

  private SignedCheckpoint newestCheckpoint() {
    return store
        .latestCheckpoint()
        .orElseThrow(() -> new CorruptLogException("a leaf is stored, a checkpoint is not"));
  }

  private List<Digest> inclusion(LeafIndex index, TreeSize size) {
    return TreeProofs.inclusion(index, size, new TileNodes(size, store.tiles()));
  }
}
