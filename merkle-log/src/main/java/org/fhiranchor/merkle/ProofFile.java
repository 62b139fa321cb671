package org.fhiranchor.merkle;

import java.util.List;
import java.util.Optional;

/**
 * Everything that shows a statement is in the log, but nothing that shows the file itself tells the
 * truth: that is what {@link Verification} is for. JSON, media type {@value #MEDIA_TYPE}.
 *
 * @param inclusionProof from the leaf's sibling up
 * @param anchor empty while the checkpoint is not on a ledger yet
 * @param consistencyProof from the checkpoint's size to the anchor's; empty where they are equal
 */
public record ProofFile(
    Statement statement,
    Salt salt,
    LeafIndex leafIndex,
    SignedCheckpoint checkpoint,
    List<Digest> inclusionProof,
    Optional<Anchor> anchor,
    List<Digest> consistencyProof) {
  /** Value of the member {@code format}. */
  public static final String FORMAT = "fhiranchor-proof/1";

  /** Media type over HTTP. */
  public static final String MEDIA_TYPE = "application/vnd.fhiranchor.proof+json";

  /** Largest file, in bytes. */
  public static final int MAX_BYTES = 64 << 10;

  /** Deepest nesting. */
  public static final int MAX_DEPTH = 8;

  /** Most hashes in a list: a tree below 2^63 leaves never needs more. */
  public static final int MAX_HASHES = 64;

  /**
   * Keeps unmodifiable copies.
   *
   * @throws IllegalArgumentException for a list over {@link #MAX_HASHES}
   */
  public ProofFile {
    inclusionProof = List.copyOf(inclusionProof);
    consistencyProof = List.copyOf(consistencyProof);
    if (inclusionProof.size() > MAX_HASHES || consistencyProof.size() > MAX_HASHES) {
      throw new IllegalArgumentException("proof: want at most " + MAX_HASHES + " hashes in a list");
    }
  }

  /**
   * Reads a proof file strictly. Sizes are checked before contents; unknown members are errors: a
   * file with more to say has another {@code format}.
   *
   * @throws ProofFormatException naming the member or the place
   */
  public static ProofFile parse(byte[] json) {
    try {
      return ProofFileJson.read(JsonValue.parse(json, MAX_BYTES, MAX_DEPTH));
    } catch (CanonicalFormException wrong) {
      throw new ProofFormatException(String.valueOf(wrong.getMessage()));
    }
  }

  /** The commitment that the leaf holds. */
  public Digest commitment() {
    return Commitment.of(salt, statement);
  }

  /** The hash of the leaf. */
  public Digest leafHash() {
    return TreeHash.leaf(Commitment.entry(commitment()));
  }

  /** JSON text without white space. */
  public String toJson() {
    return ProofFileJson.write(this).toJson();
  }
}
