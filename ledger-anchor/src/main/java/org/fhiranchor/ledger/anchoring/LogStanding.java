package org.fhiranchor.ledger.anchoring;

import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/** How the local log and the ledger's head stand to each other (TX-5). */
public sealed interface LogStanding {
  /** Neither has a leaf. */
  record Fresh() implements LogStanding {}

  /** The ledger has the local log's latest checkpoint. */
  record InStep(TreeSize size) implements LogStanding {}

  /** The ledger has an earlier checkpoint, or none yet: the next anchor closes the gap. */
  record LogAhead(TreeSize ledger, TreeSize local) implements LogStanding {}

  /**
   * The ledger has less than was final on it: it was replaced or rolled back. Anchored again from
   * its head on; what vouches for the range in between is gone until then.
   */
  record LedgerLost(TreeSize ledger, TreeSize lastFinal, TreeSize local) implements LogStanding {}

  /** The ledger has more than we do: our database is an old copy. Nothing may go on from here. */
  record LocalRestored(TreeSize local, TreeSize ledger) implements LogStanding {}

  /** At the ledger's size our tree has another root: one of the two is not this log. */
  record Diverged(TreeSize size, Digest local, Digest ledger) implements LogStanding {}

  /** Whether sequencing, proofs and anchoring must stop until an operator decides. */
  default boolean isFatal() {
    return this instanceof LocalRestored || this instanceof Diverged;
  }

  /** Whether it contradicts what is known, so that one answer is not enough to believe it. */
  default boolean isDoubtful() {
    return isFatal() || this instanceof LedgerLost;
  }

  /** How many leaves the ledger has; zero where that means nothing. */
  default TreeSize onLedger() {
    if (this instanceof InStep inStep) {
      return inStep.size();
    }
    if (this instanceof LogAhead ahead) {
      return ahead.ledger();
    }
    return this instanceof LedgerLost lost ? lost.ledger() : TreeSize.ZERO;
  }

  /** What it means and what to do, for the operator. */
  default String message() {
    if (this instanceof LocalRestored restored) {
      return "the ledger has "
          + restored.ledger()
          + " leaves of this log, the local database only "
          + restored.local()
          + ": it is an old copy; restore the latest one, and do not go on from here";
    }
    if (this instanceof Diverged diverged) {
      return "at "
          + diverged.size()
          + " leaves the ledger has root "
          + diverged.ledger()
          + ", the local database "
          + diverged.local()
          + ": it is another log, or a changed one; restore the right one";
    }
    if (this instanceof LedgerLost lost) {
      return "the ledger has "
          + lost.ledger()
          + " leaves of this log, and had "
          + lost.lastFinal()
          + ": it was replaced or rolled back; leaves "
          + lost.ledger()
          + " to "
          + lost.local()
          + " are anchored again";
    }
    return "";
  }
}
