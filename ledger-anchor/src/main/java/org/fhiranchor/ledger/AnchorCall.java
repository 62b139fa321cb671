package org.fhiranchor.ledger;

import java.util.List;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/**
 * One step of a log's head on the ledger (AR-2).
 *
 * @param consistencyProof RFC 9162 section 2.1.4, from the previous size to the new one; empty for
 *     the first anchor
 */
public record AnchorCall(
    LogId logId, TreeSize previousSize, TreeSize size, Digest root, List<Digest> consistencyProof) {
  /** Hashes in the longest consistency proof between two 63-bit sizes. */
  public static final int MAX_PROOF = 64;

  /**
   * Checks order and bounds.
   *
   * @throws IllegalArgumentException for a size that does not grow, or an overlong proof
   */
  public AnchorCall {
    if (size.value() <= previousSize.value()) {
      throw new IllegalArgumentException(
          "anchor: want a size above " + previousSize + ", got " + size);
    }
    if (consistencyProof.size() > MAX_PROOF) {
      throw new IllegalArgumentException(
          "anchor: want at most " + MAX_PROOF + " hashes, got " + consistencyProof.size());
    }
    consistencyProof = List.copyOf(consistencyProof);
  }

  /** Names this step of this log among everything that an account sends. */
  public String subject() {
    return "anchor:" + logId + ":" + previousSize + ":" + size;
  }
}
