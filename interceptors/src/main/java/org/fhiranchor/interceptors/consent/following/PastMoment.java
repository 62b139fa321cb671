package org.fhiranchor.interceptors.consent.following;

import java.time.Instant;
import java.util.function.Predicate;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.merkle.Statement;

/**
 * A moment in the past, as the log and the ledger tell of it.
 *
 * @param at what was recorded later is not there yet
 * @param block what stands in later blocks is not there yet
 * @param finalBlock grants up to this block are final
 * @param bounds which of the two bounds what the ledger says
 */
public record PastMoment(Instant at, long block, long finalBlock, Bounds bounds) {
  /** Which of instant and block bounds what the ledger says. */
  public enum Bounds {
    /** The block; the instant for what this server heard of before the ledger had it. */
    BLOCK,
    /** Both. */
    BLOCK_AND_INSTANT,
    /** Either. */
    BLOCK_OR_INSTANT
  }

  /** Whether that leaf was there. */
  public boolean has(Statement statement) {
    return !statement.recorded().isAfter(at);
  }

  /** Whether what a block brought was there. */
  boolean hasBlock(long number) {
    return number <= block;
  }

  /** What of a patient's chain was there: keys need no moment, for they say their blocks. */
  Predicate<ConfirmedLeaves.Leaf> events() {
    return leaf -> !(leaf.statement() instanceof Statement.ConsentEvent event) || has(leaf, event);
  }

  private boolean has(ConfirmedLeaves.Leaf leaf, Statement.ConsentEvent event) {
    String number = SaltedRecord.texts(leaf.record()).getOrDefault("block", "");
    if (number.isEmpty()) {
      return has(event);
    }
    boolean inBlock = hasBlock(Long.parseLong(number));
    return switch (bounds) {
      case BLOCK -> inBlock;
      case BLOCK_AND_INSTANT -> inBlock && has(event);
      case BLOCK_OR_INSTANT -> inBlock || has(event);
    };
  }
}
