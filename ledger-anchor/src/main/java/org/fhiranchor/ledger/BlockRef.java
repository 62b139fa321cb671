package org.fhiranchor.ledger;

import org.fhiranchor.merkle.Digest;

/** One block and no other: a number alone can come to mean another block after a reorganisation. */
public record BlockRef(long number, Digest hash) {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException for a negative number
   */
  public BlockRef {
    if (number < 0) {
      throw new IllegalArgumentException("block number: want 0 or more, got " + number);
    }
  }

  @Override
  public String toString() {
    return number + "/0x" + hash.hex();
  }
}
