package org.fhiranchor.ledger;

/** Which chain (EIP-155); a signature for one is worth nothing on another. */
public record ChainId(long value) {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException below 1
   */
  public ChainId {
    if (value < 1) {
      throw new IllegalArgumentException("chain id: want 1 or more, got " + value);
    }
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
