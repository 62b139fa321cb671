package org.fhiranchor.interceptors.crash;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.LogTransaction;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.TreeAppender;
import org.fhiranchor.merkle.TreeSize;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Stands still before or after what the log store makes durable. */
record CrashingLogStore(LogStore store, Path data) implements LogStore {
  @Override
  public void addPending(PendingLeaf leaf) {
    store.addPending(leaf);
    CrashPoint.BEFORE_COMMIT.pass(data);
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            CrashPoint.AFTER_COMMIT.pass(data);
          }
        });
  }

  @Override
  public void addPending(Collection<PendingLeaf> leaves) {
    store.addPending(leaves);
  }

  @Override
  public List<SequencedLeaf> disclosuresFrom(Digest subject, LeafIndex from, int limit) {
    return store.disclosuresFrom(subject, from, limit);
  }

  @Override
  public List<SequencedLeaf> disclosuresBefore(Digest subject, LeafIndex before, int limit) {
    return store.disclosuresBefore(subject, before, limit);
  }

  @Override
  public List<SequencedLeaf> disclosures(Digest subject, int limit) {
    return store.disclosures(subject, limit);
  }

  @Override
  public <T> Optional<T> exclusively(Function<LogTransaction, T> work) {
    AtomicBoolean wrote = new AtomicBoolean();
    Optional<T> done =
        store.exclusively(
            log -> {
              T result = work.apply(new Crashing(log, wrote));
              if (wrote.get()) {
                CrashPoint.LEAVES_WRITTEN.pass(data);
              }
              return result;
            });
    if (wrote.get()) {
      CrashPoint.CHECKPOINT_COMMITTED.pass(data);
    }
    return done;
  }

  /** Tells whether anything was written. */
  private record Crashing(LogTransaction log, AtomicBoolean wrote) implements LogTransaction {
    @Override
    public LogState state() {
      return log.state();
    }

    @Override
    public List<Waiting> pending(int limit) {
      return log.pending(limit);
    }

    @Override
    public Map<String, Digest> latestCommitments(Collection<String> chains) {
      return log.latestCommitments(chains);
    }

    @Override
    public Map<String, SequencedLeaf> latestLeaves(Collection<String> chains) {
      return log.latestLeaves(chains);
    }

    @Override
    public Optional<SignedCheckpoint> latestCheckpoint() {
      return log.latestCheckpoint();
    }

    @Override
    public TileSource tiles() {
      return log.tiles();
    }

    @Override
    public void write(
        Collection<Waiting> done,
        List<SequencedLeaf> leaves,
        TreeAppender.Appended tree,
        SignedCheckpoint checkpoint) {
      log.write(done, leaves, tree, checkpoint);
      wrote.set(true);
    }
  }

  @Override
  public long pendingCount() {
    return store.pendingCount();
  }

  @Override
  public LogState state() {
    return store.state();
  }

  @Override
  public double secondsBehind(Instant now) {
    return store.secondsBehind(now);
  }

  @Override
  public Optional<SequencedLeaf> version(ResourceKey resource, String version) {
    return store.version(resource, version);
  }

  @Override
  public boolean isPending(ResourceKey resource, String version) {
    return store.isPending(resource, version);
  }

  @Override
  public List<SequencedLeaf> leaves(LeafIndex from, LeafIndex to) {
    return store.leaves(from, to);
  }

  @Override
  public List<Digest> commitments(LeafIndex from, LeafIndex to) {
    return store.commitments(from, to);
  }

  @Override
  public List<SequencedLeaf> chain(ResourceKey resource, int limit) {
    return store.chain(resource, limit);
  }

  @Override
  public Optional<SignedCheckpoint> latestCheckpoint() {
    return store.latestCheckpoint();
  }

  @Override
  public Optional<SignedCheckpoint> checkpoint(TreeSize size) {
    return store.checkpoint(size);
  }

  @Override
  public TileSource tiles() {
    return store.tiles();
  }
}
