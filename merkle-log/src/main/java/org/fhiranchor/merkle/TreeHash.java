package org.fhiranchor.merkle;

/** The hash functions of the tree (RFC 6962 section 2.1, RFC 9162 section 2.1.1), SHA-256. */
public final class TreeHash {
  /** The root of the tree without leaves: SHA-256 of nothing. */
  public static final Digest EMPTY = Digest.sha256();

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private TreeHash() {}

  /** SHA-256(0x00 ‖ entry). */
  public static Digest leaf(byte[] entry) {
    byte[] message = new byte[1 + entry.length];
    message[0] = LEAF;
    System.arraycopy(entry, 0, message, 1, entry.length);
    return Digest.sha256(message, 0, message.length);
  }

  /** SHA-256(0x01 ‖ left ‖ right). */
  public static Digest node(Digest left, Digest right) {
    byte[] message = new byte[1 + 2 * Digest.LENGTH];
    message[0] = NODE;
    left.write(message, 1);
    right.write(message, 1 + Digest.LENGTH);
    return Digest.sha256(message, 0, message.length);
  }
}
