package org.fhiranchor.merkle;

/** The place of a leaf in the log, counted from 0. */
public record LeafIndex(long value) {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException below 0
   */
  public LeafIndex {
    if (value < 0) {
      throw new IllegalArgumentException("leaf index: want 0 or more, got " + value);
    }
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
