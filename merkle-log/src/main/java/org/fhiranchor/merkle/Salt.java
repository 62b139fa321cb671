package org.fhiranchor.merkle;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/** The 32 random bytes that keep a commitment from being guessed. A secret: never shown whole. */
public final class Salt {
  /** Bytes in a salt. */
  public static final int LENGTH = 32;

  private final byte[] value;

  private Salt(byte[] owned) {
    if (owned.length != LENGTH) {
      throw new IllegalArgumentException("salt: want 32 bytes, got " + owned.length);
    }
    this.value = owned;
  }

  /** A fresh salt. */
  public static Salt random(SecureRandom random) {
    byte[] bytes = new byte[LENGTH];
    random.nextBytes(bytes);
    return new Salt(bytes);
  }

  /**
   * Copies 32 bytes.
   *
   * @throws IllegalArgumentException for any other length
   */
  public static Salt of(byte[] bytes) {
    return new Salt(bytes.clone());
  }

  /**
   * Reads padded standard base64 of 32 bytes.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Salt fromBase64(String base64) {
    return new Salt(StrictBase64.decode(base64, 44));
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return value.clone();
  }

  /** 44 characters of padded standard base64. */
  public String base64() {
    return Base64.getEncoder().encodeToString(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Salt that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "Salt[not shown]";
  }
}
