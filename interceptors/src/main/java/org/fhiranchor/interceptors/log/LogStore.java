package org.fhiranchor.interceptors.log;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.TreeSize;

/**
 * Keeps the log. All methods may be called from any thread.
 *
 * <p>Durability: {@link #addPending} joins the transaction of the caller and lives or dies with it;
 * {@link #exclusively} is one transaction of its own. Reads see what is committed. Order: the
 * leaves of one chain become pending in the order of their transactions, and are numbered in that
 * order.
 */
public interface LogStore {
  /** One insert, no read (REC-4). */
  void addPending(PendingLeaf leaf);

  /** The same for many leaves at once, in their order: one statement. */
  void addPending(Collection<PendingLeaf> leaves);

  /** How many leaves wait. */
  long pendingCount();

  /**
   * Runs {@code work} in one transaction that holds the log's row lock. Empty when somebody else
   * holds it: another node is sequencing. An exception rolls everything back.
   */
  <T> Optional<T> exclusively(Function<LogTransaction, T> work);

  /** Where the log stands. */
  LogState state();

  /**
   * Seconds since the oldest leaf was recorded that no final head covers, waiting ones included; 0
   * when there is none.
   */
  double secondsBehind(Instant now);

  /** The leaf of this version of the resource. */
  Optional<SequencedLeaf> version(ResourceKey resource, String version);

  /** Whether this version waits for the sequencer. */
  boolean isPending(ResourceKey resource, String version);

  /**
   * The leaves {@code from} (inclusive) to {@code to} (exclusive), at most 4096 of them, but for
   * those that were erased.
   */
  List<SequencedLeaf> leaves(LeafIndex from, LeafIndex to);

  /**
   * The commitments of the leaves {@code from} (inclusive) to {@code to} (exclusive), at most 4096
   * of them: all that the public log tells.
   */
  List<Digest> commitments(LeafIndex from, LeafIndex to);

  /** The leaves of a resource, oldest first, at most {@code limit}. */
  List<SequencedLeaf> chain(ResourceKey resource, int limit);

  /** The leaves of this subject's disclosures, newest first, at most {@code limit}. */
  List<SequencedLeaf> disclosures(Digest subject, int limit);

  /** The leaves of this subject's disclosures from an index on, oldest first. */
  List<SequencedLeaf> disclosuresFrom(Digest subject, LeafIndex from, int limit);

  /** The leaves of this subject's disclosures before an index, newest first. */
  List<SequencedLeaf> disclosuresBefore(Digest subject, LeafIndex before, int limit);

  /** The newest checkpoint; empty before the first leaf. */
  Optional<SignedCheckpoint> latestCheckpoint();

  /** The checkpoint signed at exactly this size. */
  Optional<SignedCheckpoint> checkpoint(TreeSize size);

  /**
   * Committed tiles. Throws {@link CorruptLogException} for one that should be there and is not.
   */
  TileSource tiles();
}
