package org.fhiranchor.interceptors.log;

import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeHash;

/**
 * A leaf in its place.
 *
 * @param statement with its predecessor filled in
 * @param record the salted who/why record behind the statement's digest, as JSON; empty if none
 */
public record SequencedLeaf(
    LeafIndex index, Statement statement, Salt salt, Digest commitment, String record) {
  /** The RFC 6962 leaf hash of this leaf's entry (STM-4, TREE-1). */
  public Digest leafHash() {
    return TreeHash.leaf(Commitment.entry(commitment));
  }
}
