package org.fhiranchor.ledger.evm;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * How a node of the ledger answered last, for operators.
 *
 * @param place host and port alone: the rest of an address often is a secret
 * @param since when it came to be so
 * @param block the highest that it called its newest
 */
public record NodeStanding(String place, State state, Instant since, OptionalLong block) {
  /** So many blocks behind the others are no accident of the moment. */
  private static final long BEHIND = 3;

  /** What became of the newest question. */
  public enum State {
    /** Nothing was asked yet. */
    UNASKED,
    ANSWERS,
    /** It answers, and what it calls the newest block is older than another node's. */
    LAGS,
    /** It says itself that it does not answer this: too many requests, no right to ask, a fault. */
    REFUSES,
    /** No connection, no answer in time, or one that cannot be read. */
    SILENT
  }

  /** The same nodes, each held against the one that has come furthest. */
  public static List<NodeStanding> compared(List<NodeStanding> nodes) {
    long highest = nodes.stream().mapToLong(node -> node.block().orElse(0)).max().orElse(0);
    return nodes.stream().map(node -> node.heldAgainst(highest)).toList();
  }

  private NodeStanding heldAgainst(long highest) {
    boolean behind = block.isPresent() && block.getAsLong() + BEHIND <= highest;
    return state == State.ANSWERS && behind
        ? new NodeStanding(place, State.LAGS, since, block)
        : this;
  }

  NodeStanding now(State next, Instant at) {
    return next == state ? this : new NodeStanding(place, next, at, block);
  }

  NodeStanding at(long newest) {
    return new NodeStanding(place, state, since, OptionalLong.of(newest));
  }
}
