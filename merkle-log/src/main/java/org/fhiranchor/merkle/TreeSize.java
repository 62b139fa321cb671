package org.fhiranchor.merkle;

/** How many leaves a tree has; 0 for the empty tree. */
public record TreeSize(long value) {
  /** The size of the empty tree. */
  public static final TreeSize ZERO = new TreeSize(0);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException below 0
   */
  public TreeSize {
    if (value < 0) {
      throw new IllegalArgumentException("tree size: want 0 or more, got " + value);
    }
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
