package org.fhiranchor.merkle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The 32 bytes of a SHA-256 value: a leaf hash, a node hash, a root, a commitment. */
public final class Digest {
  /** Bytes in a digest. */
  public static final int LENGTH = 32;

  private static final HexFormat HEX = HexFormat.of();

  private final byte[] value;

  private Digest(byte[] owned) {
    if (owned.length != LENGTH) {
      throw new IllegalArgumentException(
          "digest: want " + LENGTH + " bytes, got " + owned.length + " bytes");
    }
    this.value = owned;
  }

  /**
   * Copies 32 bytes.
   *
   * @throws IllegalArgumentException for any other length
   */
  public static Digest of(byte[] bytes) {
    return new Digest(bytes.clone());
  }

  /**
   * Reads 64 lower-case hex digits, nothing else: one digest has one spelling.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Digest fromHex(String hex) {
    if (hex.length() != 2 * LENGTH) {
      throw new IllegalArgumentException(
          "digest: want " + 2 * LENGTH + " hex digits, got " + hex.length() + " characters");
    }
    for (int i = 0; i < hex.length(); i++) {
      if (!isLowerHex(hex.charAt(i))) {
        throw new IllegalArgumentException("digest: want lower-case hex digits only");
      }
    }
    return new Digest(HEX.parseHex(hex));
  }

  /**
   * Reads padded standard base64 (RFC 4648 section 4) of 32 bytes, in its one canonical spelling.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Digest fromBase64(String base64) {
    return new Digest(StrictBase64.decode(base64, 44));
  }

  /** SHA-256 over the parts, one after the other. */
  public static Digest sha256(byte[]... parts) {
    MessageDigest sha256 = newSha256();
    for (byte[] part : parts) {
      sha256.update(part);
    }
    return new Digest(sha256.digest());
  }

  static Digest sha256(byte[] buffer, int offset, int length) {
    MessageDigest sha256 = newSha256();
    sha256.update(buffer, offset, length);
    return new Digest(sha256.digest());
  }

  static Digest read(byte[] from, int offset) {
    return new Digest(Arrays.copyOfRange(from, offset, offset + LENGTH));
  }

  void write(byte[] to, int offset) {
    System.arraycopy(value, 0, to, offset, LENGTH);
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static boolean isLowerHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return value.clone();
  }

  /** 64 lower-case hex digits. */
  public String hex() {
    return HEX.formatHex(value);
  }

  /** 44 characters of padded standard base64. */
  public String base64() {
    return Base64.getEncoder().encodeToString(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return hex();
  }
}
