package org.fhiranchor.merkle;

/** Where the hashes of complete subtrees come from. */
@FunctionalInterface
public interface NodeSource {
  /**
   * The hash of the complete subtree of {@code 2^level} leaves that starts at leaf {@code index <<
   * level}. Only asked for subtrees that lie wholly inside the tree the caller named.
   */
  Digest node(int level, long index);
}
