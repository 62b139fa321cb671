package org.fhiranchor.interceptors.log.heads;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.LogTransaction;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.ProofFormatException;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.SparseMap;
import org.fhiranchor.merkle.Statement;

/**
 * Ends the log with a heads leaf before it is anchored (DIS-6): the map from each patient's tag to
 * that patient's newest disclosure, as of all leaves before. None is added when nothing was
 * sequenced since the last. All methods may be called from any thread, and on many nodes: the leaf,
 * the map's parts and the signed head are one transaction under the log's lock.
 */
public final class PatientHeads {
  /** Leaves that are read at once, and most that are read under the log's lock. */
  static final int PAGE = 4_096;

  /** Most leaves that one heads leaf adds to the map; a longer way takes several. */
  private static final int STRETCH = 16 * PAGE;

  /** Most heads leaves of one call. */
  private static final int STRETCHES = 64;

  private final Parts parts;
  private final SecureRandom random;
  private final InstantSource clock;

  /** What it works on. */
  public record Parts(
      Sequencer sequencer,
      LogStore log,
      ChainRows rows,
      ConfirmedLeaves leaves,
      HeadsParts map,
      HeadSalts salts,
      LogHealth health) {}

  /** Ends this log. */
  public PatientHeads(Parts parts, SecureRandom random, InstantSource clock) {
    this.parts = parts;
    this.random = random;
    this.clock = clock;
  }

  /**
   * A signed head whose last leaf is a heads leaf that covers all before it.
   *
   * @return empty when another node holds the log, there is too much to cover at once, or the log
   *     contradicts itself; to be asked again
   */
  public Optional<Checkpoint> ended() {
    if (parts.health().refusal().isPresent()) {
      return Optional.empty();
    }
    try {
      Optional<Checkpoint> whole = Optional.empty();
      for (int i = 0; i < STRETCHES && whole.isEmpty(); i++) {
        whole = stretch();
      }
      return whole;
    } catch (CorruptLogException contradiction) {
      parts.health().refuse(contradiction);
      return Optional.empty();
    }
  }

  /** Most of the work without the lock: leaves that have their place do not change. */
  private Optional<Checkpoint> stretch() {
    GatheredHeads gathered = new GatheredHeads(parts.rows(), parts.leaves(), parts.salts());
    long size = parts.log().state().size().value();
    gathered.upTo(Math.min(size, gathered.covers() + STRETCH));
    Optional<SignedCheckpoint> head = parts.sequencer().end(log -> lastLeaf(log, gathered));
    return head.map(SignedCheckpoint::checkpoint)
        .filter(ended -> gathered.endsAt(ended.size().value()));
  }

  /** Empty when the log ends with it already, or others added one since we looked. */
  private Optional<PendingLeaf> lastLeaf(LogTransaction log, GatheredHeads gathered) {
    long size = log.state().size().value();
    boolean added =
        GatheredHeads.newest(parts.rows())
            .filter(row -> row.leaf().index().value() != gathered.lastIndex())
            .isPresent();
    if (added || size == 0 || gathered.endsAt(size)) {
      return Optional.empty();
    }
    if (size - gathered.covers() <= PAGE) {
      gathered.upTo(size);
    }
    SparseMap.Changed map = map(gathered);
    parts.map().write(size, map.parts(), log.state().anchoredSize());
    Statement leaf =
        new Statement.Heads(
            clock.instant(), map.root(), gathered.covers(), gathered.lastCommitment());
    gathered.added(size);
    // If we die before the commit, neither leaf nor parts are there; after it, all of it is.
    return Optional.of(new PendingLeaf(leaf, Salt.random(random), ""));
  }

  private SparseMap.Changed map(GatheredHeads gathered) {
    try {
      return SparseMap.with(
          gathered.root(), gathered.changed(), ids -> parts.map().read(ids, gathered.lastIndex()));
    } catch (ProofFormatException wrong) {
      throw new CorruptLogException("heads_part: not the map of the newest heads leaf", wrong);
    }
  }
}
