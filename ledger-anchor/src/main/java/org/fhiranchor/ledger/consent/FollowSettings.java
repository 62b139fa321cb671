package org.fhiranchor.ledger.consent;

import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.Finality;

/**
 * How to follow.
 *
 * @param finality when a grant counts
 * @param firstBlock where the registry's events can begin: the block that has the contract, or 0
 * @param pageBlocks most blocks in one question
 * @param maxPages most questions in one step
 * @param recheckBlocks blocks below the cursor that are asked for again, in case the node that
 *     answered did not have them all
 * @param pace what tells that the ledger is alive
 */
public record FollowSettings(
    Finality finality,
    long firstBlock,
    int pageBlocks,
    int maxPages,
    int recheckBlocks,
    Pace pace) {
  /** Most blocks to ask for again. */
  public static final int MAX_RECHECK = 1_000;

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
    check("first block", firstBlock, 0, Long.MAX_VALUE);
    check("page of blocks", pageBlocks, 1, ConsentLedger.MAX_BLOCKS - MAX_RECHECK);
    check("pages in a step", maxPages, 1, 1_000);
    check("blocks to check again", recheckBlocks, 0, MAX_RECHECK - 1);
  }

  private static void check(String what, long got, long least, long most) {
    if (got < least || got > most) {
      throw new IllegalArgumentException(what + ": want " + least + " to " + most + ", got " + got);
    }
  }

  /** A thousand blocks a page, sixteen checked again. */
  public static FollowSettings of(Finality finality, long firstBlock, Pace pace) {
    return new FollowSettings(finality, firstBlock, 1_000, 50, 16, pace);
  }
}
