package org.fhiranchor.interceptors.log;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Statement;

/**
 * The newest leaf of each chain, while a round of the sequencer goes on: what a statement names as
 * its predecessor (STM-2), and the number that a disclosure follows (DIS-3).
 */
final class Predecessors {
  private final Map<String, Digest> commitments;
  private final Map<String, Long> numbers;

  private Predecessors(Map<String, Digest> commitments, Map<String, Long> numbers) {
    this.commitments = new HashMap<>(commitments);
    this.numbers = new HashMap<>(numbers);
  }

  /**
   * Looks them up for all that wait.
   *
   * @throws CorruptLogException when the newest disclosure of a chain is not what its leaf commits
   *     to: its number would be taken on trust
   */
  static Predecessors of(LogTransaction log, List<LogTransaction.Waiting> waiting) {
    Set<String> numbered = chains(waiting, true);
    Map<String, Digest> commitments = new HashMap<>(log.latestCommitments(chains(waiting, false)));
    Map<String, Long> numbers = new HashMap<>();
    if (!numbered.isEmpty()) {
      for (SequencedLeaf leaf : log.latestLeaves(numbered).values()) {
        commitments.put(leaf.statement().chain(), leaf.commitment());
        numbers.put(
            leaf.statement().chain(), number(leaf, numbered.contains(leaf.statement().chain())));
      }
    }
    return new Predecessors(commitments, numbers);
  }

  private static Set<String> chains(Collection<LogTransaction.Waiting> waiting, boolean numbered) {
    return waiting.stream()
        .map(one -> one.leaf().statement())
        .filter(statement -> statement instanceof Statement.Disclosure == numbered)
        .map(Statement::chain)
        .collect(Collectors.toSet());
  }

  private static long number(SequencedLeaf leaf, boolean asked) {
    boolean whole = Commitment.of(leaf.salt(), leaf.statement()).equals(leaf.commitment());
    if (!whole || !asked || !(leaf.statement() instanceof Statement.Disclosure disclosure)) {
      throw new CorruptLogException(
          "leaf %s: not the disclosure that it commits to".formatted(leaf.index()));
    }
    return disclosure.sequence();
  }

  /** The statement with its predecessor, and its number where it has one. */
  Statement link(Statement bare) {
    Optional<Digest> previous = Optional.ofNullable(commitments.get(bare.chain()));
    return bare instanceof Statement.Disclosure disclosure
        ? disclosure.after(numbers.getOrDefault(bare.chain(), 0L), previous)
        : bare.withPrevious(previous);
  }

  /** Notes what was linked: the next one of its chain follows it. */
  void add(Statement statement, Digest commitment) {
    commitments.put(statement.chain(), commitment);
    if (statement instanceof Statement.Disclosure disclosure) {
      numbers.put(statement.chain(), disclosure.sequence());
    }
  }
}
