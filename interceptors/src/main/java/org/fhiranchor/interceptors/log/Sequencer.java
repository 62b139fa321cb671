package org.fhiranchor.interceptors.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TileSource;
import org.fhiranchor.merkle.TreeAppender;

/**
 * Numbers the pending leaves, grows the tree and signs the new head, all in one transaction under
 * the log's row lock (CP-2: nothing is signed that is not stored with its signature). Before it
 * signs, the head in the database must fit its own tiles, its own checkpoint and the largest head
 * this node knows, and the new head must extend it (CP-3).
 */
public final class Sequencer {
  private final LogStore store;
  private final LogSigningKey key;
  private final NewestHead newest;
  private final HeadConsistency consistency;
  private final int batch;

  /**
   * A sequencer of the log.
   *
   * @param newest what this node knows of the log's head from elsewhere than the database
   * @param batch most leaves in one round
   */
  public Sequencer(LogStore store, LogSigningKey key, NewestHead newest, int batch) {
    this.store = store;
    this.key = key;
    this.newest = newest;
    this.consistency = new HeadConsistency(key.verifierKey());
    this.batch = batch;
  }

  /** A sequencer that forgets the newest head with the process. */
  public Sequencer(LogStore store, LogSigningKey key, int batch) {
    this(store, key, NewestHead.inMemory(key.verifierKey()), batch);
  }

  /**
   * One round.
   *
   * @return how many leaves it numbered; empty when another node holds the log
   */
  public Optional<Integer> sequence() {
    Optional<Round> done = store.exclusively(this::round);
    done.flatMap(Round::head).ifPresent(newest::remember);
    return done.map(Round::leaves);
  }

  /**
   * Compares the head in the database with the largest one known, and remembers it.
   *
   * @return false when another node holds the log and nothing was compared
   */
  public boolean compareHeads() {
    Optional<Optional<SignedCheckpoint>> compared =
        store.exclusively(
            log -> {
              check(log, oncePerTile(log.tiles()));
              return log.latestCheckpoint();
            });
    compared.flatMap(head -> head).ifPresent(newest::remember);
    return compared.isPresent();
  }

  private record Round(int leaves, Optional<SignedCheckpoint> head) {}

  private Round round(LogTransaction log) {
    List<LogTransaction.Waiting> waiting = log.pending(batch);
    if (waiting.isEmpty()) {
      return new Round(0, Optional.empty());
    }
    TileSource tiles = oncePerTile(log.tiles());
    Checkpoint before = check(log, tiles);
    SignedCheckpoint signed = append(log, before, tiles, waiting, number(log, waiting));
    return new Round(waiting.size(), Optional.of(signed));
  }

  /**
   * Adds one leaf at the end, when the log's lock is free and all that waits has its place: an end
   * that overtook what waited through an outage would stand far from the instants around it
   * (EXP-2).
   *
   * @param last what to add, with its predecessor; empty to add nothing
   * @return the head of the log after it; empty when another node holds the log, or it is empty
   */
  public Optional<SignedCheckpoint> end(Function<LogTransaction, Optional<PendingLeaf>> last) {
    if (!sequencedAll()) {
      return Optional.empty();
    }
    Optional<SignedCheckpoint> head =
        store.exclusively(log -> end(log, last)).flatMap(ended -> ended);
    head.ifPresent(newest::remember);
    return head;
  }

  /** Whether nothing waits that did so when it was called; false when another node has the log. */
  private boolean sequencedAll() {
    Optional<Integer> round = sequence();
    while (round.filter(leaves -> leaves >= batch).isPresent()) {
      round = sequence();
    }
    return round.isPresent();
  }

  private Optional<SignedCheckpoint> end(
      LogTransaction log, Function<LogTransaction, Optional<PendingLeaf>> last) {
    TileSource tiles = oncePerTile(log.tiles());
    Checkpoint before = check(log, tiles);
    Optional<PendingLeaf> leaf = last.apply(log);
    if (leaf.isEmpty()) {
      return log.latestCheckpoint();
    }
    Statement statement = leaf.get().statement();
    SequencedLeaf placed =
        new SequencedLeaf(
            new LeafIndex(before.size().value()),
            statement,
            leaf.get().salt(),
            Commitment.of(leaf.get().salt(), statement),
            leaf.get().record());
    return Optional.of(append(log, before, tiles, List.of(), List.of(placed)));
  }

  private SignedCheckpoint append(
      LogTransaction log,
      Checkpoint before,
      TileSource tiles,
      List<LogTransaction.Waiting> waiting,
      List<SequencedLeaf> leaves) {
    TreeAppender.Appended tree =
        TreeAppender.append(
            before.size(), tiles, leaves.stream().map(SequencedLeaf::leafHash).toList());
    Checkpoint after = new Checkpoint(before.origin(), tree.size(), tree.root());
    consistency.extend(before, after, new TileNodes(after.size(), grown(tree, tiles)));
    SignedCheckpoint signed = key.sign(after);
    log.write(waiting, leaves, tree, signed);
    return signed;
  }

  private Checkpoint check(LogTransaction log, TileSource tiles) {
    return consistency.check(log.state(), log.latestCheckpoint(), tiles, newest.all());
  }

  /** What was checked is what is built upon: each tile is read once. */
  private static TileSource oncePerTile(TileSource tiles) {
    Map<TileId, Tile> read = new HashMap<>();
    return id -> read.computeIfAbsent(id, tiles::tile);
  }

  private static TileSource grown(TreeAppender.Appended tree, TileSource before) {
    Map<TileId, Tile> after = new HashMap<>();
    tree.tiles().forEach(tile -> after.put(tile.id(), tile));
    return id -> Optional.ofNullable(after.get(id)).orElseGet(() -> before.tile(id));
  }

  private static List<SequencedLeaf> number(
      LogTransaction log, List<LogTransaction.Waiting> waiting) {
    Predecessors before = Predecessors.of(log, waiting);
    List<SequencedLeaf> leaves = new ArrayList<>(waiting.size());
    long index = log.state().size().value();
    for (LogTransaction.Waiting one : waiting) {
      PendingLeaf leaf = one.leaf();
      Statement statement = before.link(leaf.statement());
      Digest commitment = Commitment.of(leaf.salt(), statement);
      before.add(statement, commitment);
      leaves.add(
          new SequencedLeaf(
              new LeafIndex(index++), statement, leaf.salt(), commitment, leaf.record()));
    }
    return leaves;
  }
}
