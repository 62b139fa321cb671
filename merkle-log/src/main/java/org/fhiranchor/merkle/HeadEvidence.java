package org.fhiranchor.merkle;

import java.util.Optional;

/** What the one who verifies knows about the log's head, from outside the proof file. */
public sealed interface HeadEvidence {
  /** A head known from elsewhere: an earlier visit, a newspaper, another node. */
  record Pinned(TreeSize size, Digest root) implements HeadEvidence {}

  /**
   * The ledger's answer about this log, from the chain and contract that the one who verifies
   * trusts.
   *
   * @param size size of the ledger's current head
   * @param root root of the ledger's current head
   * @param anchored the root that the ledger has on record for the size that the proof file's
   *     anchor names; empty when it has none. Only asked for when the head is past that size.
   */
  record OnLedger(TreeSize size, Digest root, Optional<Digest> anchored) implements HeadEvidence {}

  /** The ledger was reached, and what it says rules this proof out: another chain, another key. */
  record Contradicted(String reason, String want, String got) implements HeadEvidence {}

  /** Nothing could be learnt. */
  record Unavailable(String reason) implements HeadEvidence {}
}
