package org.fhiranchor.merkle;

import java.util.Arrays;

/** What the log holds instead of a statement (STM-3, STM-4). */
public final class Commitment {
  /** First byte of an entry that is a commitment. */
  public static final byte ENTRY_TYPE = 1;

  /** Bytes in an entry. */
  public static final int ENTRY_LENGTH = 33;

  private static final int BLOCK = 64;

  private Commitment() {}

  /** HMAC-SHA-256 (RFC 2104) with the salt as key over the canonical statement. */
  public static Digest of(Salt salt, Statement statement) {
    return of(salt, statement.canonicalBytes());
  }

  /** The same over a statement's canonical bytes, also of a kind that this version cannot read. */
  public static Digest of(Salt salt, byte[] statement) {
    return hmac(salt.bytes(), statement);
  }

  /** 0x01 ‖ commitment. */
  public static byte[] entry(Digest commitment) {
    byte[] entry = new byte[ENTRY_LENGTH];
    entry[0] = ENTRY_TYPE;
    commitment.write(entry, 1);
    return entry;
  }

  /** For keys of one block or less, which a salt always is. */
  static Digest hmac(byte[] key, byte[] message) {
    byte[] inner = pad(key, (byte) 0x36);
    byte[] outer = pad(key, (byte) 0x5c);
    return Digest.sha256(outer, Digest.sha256(inner, message).bytes());
  }

  private static byte[] pad(byte[] key, byte with) {
    byte[] block = Arrays.copyOf(key, BLOCK);
    for (int i = 0; i < BLOCK; i++) {
      block[i] ^= with;
    }
    return block;
  }
}
