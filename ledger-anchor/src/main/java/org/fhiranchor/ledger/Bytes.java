package org.fhiranchor.ledger;

import java.util.Arrays;
import java.util.HexFormat;
import org.fhiranchor.merkle.Digest;

/** A byte string that nobody can change, such as a signed transaction or a signature. */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private static final HexFormat HEX = HexFormat.of();

  private final byte[] value;

  private Bytes(byte[] owned) {
    this.value = owned;
  }

  /** Copies the bytes. */
  public static Bytes of(byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /**
   * Reads {@code 0x} and an even number of hex digits of either case, as JSON-RPC writes them.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Bytes fromHex(String hex) {
    if (!hex.startsWith("0x")) {
      throw new IllegalArgumentException("hex: want 0x and hex digits");
    }
    try {
      return new Bytes(HEX.parseHex(hex, 2, hex.length()));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("hex: want 0x and pairs of hex digits", wrong);
    }
  }

  /** A copy of the bytes. */
  public byte[] toArray() {
    return value.clone();
  }

  /** How many bytes. */
  public int size() {
    return value.length;
  }

  /**
   * The same 32 bytes as a digest.
   *
   * @throws IllegalArgumentException for any other length
   */
  public Digest digest() {
    return Digest.of(value);
  }

  /** {@code 0x} and lower-case hex digits. */
  public String hex() {
    return "0x" + HEX.formatHex(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** The length only: the bytes may be a signature. */
  @Override
  public String toString() {
    return value.length + " bytes";
  }
}
