package org.fhiranchor.ledger.consent;

import java.time.Duration;
import java.util.Optional;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.Finality;

/**
 * How to follow.
 *
 * @param finality when a grant counts
 * @param firstBlock where the registry's events can begin: the block that has the contract; empty
 *     to look for it
 * @param pageBlocks most blocks in one question
 * @param maxPages most questions in one step
 * @param pace what tells that the ledger is alive
 */
public record FollowSettings(
    Finality finality, Optional<Long> firstBlock, int pageBlocks, int maxPages, Pace pace) {
  /** Looks at incomplete answers before the registry's state is read instead (FOL-7). */
  public static final int INCOMPLETE_LOOKS = 2;

  /** And the time that they must cover. */
  public static final Duration INCOMPLETE_FOR = Duration.ofSeconds(1);

  /** What tells that the ledger is alive. */
  public enum Pace {
    /** Blocks come by themselves: an old latest block means that the node lags. */
    REGULAR,
    /** Blocks come with transactions only, as on the embedded chain: an answer is enough. */
    ON_DEMAND
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when one is out of range
   */
  public FollowSettings {
    check("first block", firstBlock.orElse(0L), 0, Long.MAX_VALUE);
    check("page of blocks", pageBlocks, 1, ConsentLedger.MAX_BLOCKS);
    check("pages in a step", maxPages, 1, 1_000);
  }

  private static void check(String what, long got, long least, long most) {
    if (got < least || got > most) {
      throw new IllegalArgumentException(what + ": want " + least + " to " + most + ", got " + got);
    }
  }

  /** A thousand blocks a page. */
  public static FollowSettings of(Finality finality, Optional<Long> firstBlock, Pace pace) {
    return new FollowSettings(finality, firstBlock, 1_000, 50, pace);
  }
}
