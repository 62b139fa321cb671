package org.fhiranchor.merkle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Seals what only holders of a log's signing key may write (HMAC-SHA-256). A secret: never shown.
 */
public final class SealKey {
  private final byte[] key;

  SealKey(byte[] owned) {
    this.key = owned;
  }

  /** The seal over these parts, in this order; each part counts with its length. */
  public Digest seal(byte[]... parts) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      message.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
      message.writeBytes(part);
    }
    return Commitment.hmac(key, message.toByteArray());
  }

  /**
   * Whether this is the seal over these parts; takes as long for a wrong one as for a right one.
   */
  public boolean fits(byte[] seal, byte[]... parts) {
    return MessageDigest.isEqual(seal(parts).bytes(), seal);
  }

  @Override
  public String toString() {
    return "SealKey[not shown]";
  }
}
