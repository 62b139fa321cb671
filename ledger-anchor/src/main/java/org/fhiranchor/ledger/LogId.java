package org.fhiranchor.ledger;

import org.fhiranchor.merkle.Digest;

/** Names a log on the ledger: keccak256(abi.encode(owner, origin, verifierKey)). */
public record LogId(Digest value) {
  /**
   * Reads {@code 0x} and 64 hex digits.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static LogId parse(String hex) {
    return new LogId(Bytes.fromHex(hex).digest());
  }

  /** {@code 0x} and 64 lower-case hex digits. */
  @Override
  public String toString() {
    return "0x" + value.hex();
  }
}
