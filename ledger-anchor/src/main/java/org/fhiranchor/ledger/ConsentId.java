package org.fhiranchor.ledger;

import org.fhiranchor.merkle.Digest;

/** Names a consent on the ledger: 32 random bytes, which say nothing about what they name. */
public record ConsentId(Digest value) {
  /**
   * Reads {@code 0x} and 64 hex digits.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static ConsentId parse(String hex) {
    return new ConsentId(Bytes.fromHex(hex).digest());
  }

  /** {@code 0x} and 64 lower-case hex digits. */
  @Override
  public String toString() {
    return "0x" + value.hex();
  }
}
