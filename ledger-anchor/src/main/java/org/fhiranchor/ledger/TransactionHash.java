package org.fhiranchor.ledger;

import org.fhiranchor.merkle.Digest;

/** Names a transaction: keccak256 of its signed bytes. */
public record TransactionHash(Digest value) {
  /**
   * Reads {@code 0x} and 64 hex digits.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static TransactionHash parse(String hex) {
    return new TransactionHash(Bytes.fromHex(hex).digest());
  }

  /** {@code 0x} and 64 lower-case hex digits. */
  @Override
  public String toString() {
    return "0x" + value.hex();
  }
}
