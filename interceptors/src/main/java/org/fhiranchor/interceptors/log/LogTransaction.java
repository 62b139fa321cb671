package org.fhiranchor.interceptors.log;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.TreeAppender;

/** The log while its row lock is held. Valid only inside {@link LogStore#exclusively}. */
public interface LogTransaction {
  /** Where the log stands, read under the lock. */
  LogState state();

  /** The oldest waiting leaves, at most {@code limit}, in the order they were added. */
  List<Waiting> pending(int limit);

  /** The newest commitment of each chain that has one. */
  Map<String, Digest> latestCommitments(Collection<String> chains);

  /** The newest leaf of each chain that has one. */
  Map<String, SequencedLeaf> latestLeaves(Collection<String> chains);

  /** The stored checkpoint of the largest size; empty before the first leaf. */
  Optional<SignedCheckpoint> latestCheckpoint();

  /** Tiles as of the state. */
  TileSource tiles();

  /**
   * Writes the leaves, the tiles, the checkpoint and the new size, and removes the pending rows.
   * Throws {@link CorruptLogException} when the size is not the one that was read.
   */
  void write(
      Collection<Waiting> done,
      List<SequencedLeaf> leaves,
      TreeAppender.Appended tree,
      SignedCheckpoint checkpoint);

  /** A pending leaf and the number of its row. */
  record Waiting(long pendingId, PendingLeaf leaf) {}
}
