package org.fhiranchor.ledger.consent;

import org.fhiranchor.ledger.BlockRef;

/**
 * How far the registry's events are applied.
 *
 * @param block the last block that was completely applied
 * @param number of the newest event up to there; 0 before the first
 */
public record Cursor(BlockRef block, long number) {
  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException for a negative one
   */
  public Cursor {
    if (number < 0) {
      throw new IllegalArgumentException("event number: want 0 or more, got " + number);
    }
  }
}
