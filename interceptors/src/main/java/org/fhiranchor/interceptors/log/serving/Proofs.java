package org.fhiranchor.interceptors.log.serving;

import java.util.Optional;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.SignedCheckpoint;
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
    return snapshot().of(leaf);
  }

  /**
   * Proofs of many leaves as of now. Ask for it after the leaves were read, or read none beyond its
   * size.
   *
   * @throws CorruptLogException when the log contradicts itself, or holds no leaf
   */
  public ProofSnapshot snapshot() {
    Optional<Anchor> anchor = anchors.latest();
    return new ProofSnapshot(
        anchor, anchor.map(known -> checkpointAt(known.size())), newestCheckpoint(), store.tiles());
  }

  private ProofAnswer find(ResourceKey resource, String version) {
    Optional<SequencedLeaf> leaf = store.version(resource, version);
    if (leaf.isPresent()) {
      return new ProofAnswer.Ready(leaf.get(), of(leaf.get()));
    }
    if (store.isPending(resource, version)) {
      return new ProofAnswer.Pending();
    }
    // Sequenced between the two looks.
    return store
        .version(resource, version)
        .<ProofAnswer>map(late -> new ProofAnswer.Ready(late, of(late)))
        .orElseGet(ProofAnswer.NotRecorded::new);
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
}
