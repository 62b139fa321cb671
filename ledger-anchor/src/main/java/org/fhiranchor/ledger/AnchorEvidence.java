package org.fhiranchor.ledger;

/**
 * What a node says of a final anchor, kept because nodes prune it (TX-4).
 *
 * @param blockHeader the block without its transactions, as JSON-RPC gives it
 * @param receipt the transaction's receipt, as JSON-RPC gives it
 */
public record AnchorEvidence(String blockHeader, String receipt) {
  /** Most characters in either part. */
  public static final int MAX_LENGTH = 262_144;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException when a part is too long
   */
  public AnchorEvidence {
    if (blockHeader.length() > MAX_LENGTH || receipt.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("anchor evidence: want at most " + MAX_LENGTH + " each");
    }
  }
}
