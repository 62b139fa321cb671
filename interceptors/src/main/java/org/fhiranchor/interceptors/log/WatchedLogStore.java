package org.fhiranchor.interceptors.log;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.TreeSize;

/**
 * The log as everybody but its own tests uses it: whoever meets a contradiction, a loop or a
 * request, turns health DOWN (LOG-1), and a checkpoint that the log's key did not sign, or that is
 * older than the newest known one, is a contradiction (CP-3).
 */
public final class WatchedLogStore implements LogStore {
  private final LogStore store;
  private final NewestHead newest;
  private final LogHealth health;

  /** Watches this store. */
  public WatchedLogStore(LogStore store, NewestHead newest, LogHealth health) {
    this.store = store;
    this.newest = newest;
    this.health = health;
  }

  private <T> T watched(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (CorruptLogException contradiction) {
      health.refuse(contradiction);
      throw contradiction;
    }
  }

  @Override
  public void addPending(PendingLeaf leaf) {
    store.addPending(leaf);
  }

  @Override
  public void addPending(Collection<PendingLeaf> leaves) {
    store.addPending(leaves);
  }

  @Override
  public long pendingCount() {
    return store.pendingCount();
  }

  @Override
  public <T> Optional<T> exclusively(Function<LogTransaction, T> work) {
    return watched(() -> store.exclusively(work));
  }

  @Override
  public LogState state() {
    return watched(store::state);
  }

  @Override
  public double secondsBehind(Instant now) {
    return watched(() -> store.secondsBehind(now));
  }

  @Override
  public Optional<SequencedLeaf> version(ResourceKey resource, String version) {
    return watched(() -> store.version(resource, version));
  }

  @Override
  public boolean isPending(ResourceKey resource, String version) {
    return store.isPending(resource, version);
  }

  @Override
  public List<SequencedLeaf> leaves(LeafIndex from, LeafIndex to) {
    return watched(() -> store.leaves(from, to));
  }

  @Override
  public List<Digest> commitments(LeafIndex from, LeafIndex to) {
    return watched(() -> store.commitments(from, to));
  }

  @Override
  public List<SequencedLeaf> chain(ResourceKey resource, int limit) {
    return watched(() -> store.chain(resource, limit));
  }

  @Override
  public List<SequencedLeaf> disclosures(Digest subject, int limit) {
    return watched(() -> store.disclosures(subject, limit));
  }

  @Override
  public List<SequencedLeaf> disclosuresFrom(Digest subject, LeafIndex from, int limit) {
    return watched(() -> store.disclosuresFrom(subject, from, limit));
  }

  @Override
  public List<SequencedLeaf> disclosuresBefore(Digest subject, LeafIndex before, int limit) {
    return watched(() -> store.disclosuresBefore(subject, before, limit));
  }

  @Override
  public Optional<SignedCheckpoint> latestCheckpoint() {
    return watched(
        () -> {
          // Asked first: another thread may sign and remember a newer one meanwhile.
          Optional<Checkpoint> known = newest.known();
          Optional<SignedCheckpoint> found = store.latestCheckpoint();
          if (found.isEmpty() && known.isPresent()) {
            throw NewestHead.contradiction(known.get(), store.state());
          }
          return found.map(head -> newest.newest(head, known));
        });
  }

  @Override
  public Optional<SignedCheckpoint> checkpoint(TreeSize size) {
    return watched(() -> store.checkpoint(size).map(newest::signed));
  }

  @Override
  public TileSource tiles() {
    TileSource tiles = store.tiles();
    return id -> watched(() -> tiles.tile(id));
  }
}
