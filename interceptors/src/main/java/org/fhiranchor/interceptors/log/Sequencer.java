package org.fhiranchor.interceptors.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeAppender;

/**
 * Numbers the pending leaves, grows the tree and signs the new head, all in one transaction under
 * the log's row lock (CP-2: nothing is signed that is not stored with its signature).
 */
public final class Sequencer {
  private final LogStore store;
  private final LogSigningKey key;
  private final int batch;

  /**
   * A sequencer of the log.
   *
   * @param batch most leaves in one round
   */
  public Sequencer(LogStore store, LogSigningKey key, int batch) {
    this.store = store;
    this.key = key;
    this.batch = batch;
  }

  /**
   * One round.
   *
   * @return how many leaves it numbered; empty when another node holds the log
   */
  public Optional<Integer> sequence() {
    return store.exclusively(this::round);
  }

  private int round(LogTransaction log) {
    List<LogTransaction.Waiting> waiting = log.pending(batch);
    if (waiting.isEmpty()) {
      return 0;
    }
    List<SequencedLeaf> leaves = number(log, waiting);
    TreeAppender.Appended tree =
        TreeAppender.append(
            log.state().size(), log.tiles(), leaves.stream().map(SequencedLeaf::leafHash).toList());
    SignedCheckpoint checkpoint =
        key.sign(new Checkpoint(log.state().origin(), tree.size(), tree.root()));
    log.write(waiting, leaves, tree, checkpoint);
    return waiting.size();
  }

  private static List<SequencedLeaf> number(
      LogTransaction log, List<LogTransaction.Waiting> waiting) {
    Map<String, Digest> latest =
        new HashMap<>(
            log.latestCommitments(
                waiting.stream()
                    .map(one -> one.leaf().statement().chain())
                    .collect(Collectors.toSet())));
    List<SequencedLeaf> leaves = new ArrayList<>(waiting.size());
    long index = log.state().size().value();
    for (LogTransaction.Waiting one : waiting) {
      SequencedLeaf leaf = place(one, new LeafIndex(index++), latest);
      latest.put(leaf.statement().chain(), leaf.commitment());
      leaves.add(leaf);
    }
    return leaves;
  }

  private static SequencedLeaf place(
      LogTransaction.Waiting one, LeafIndex index, Map<String, Digest> latest) {
    Statement bare = one.leaf().statement();
    Statement statement = bare.withPrevious(Optional.ofNullable(latest.get(bare.chain())));
    Digest commitment = Commitment.of(one.leaf().salt(), statement);
    return new SequencedLeaf(index, statement, one.leaf().salt(), commitment, one.leaf().record());
  }
}
