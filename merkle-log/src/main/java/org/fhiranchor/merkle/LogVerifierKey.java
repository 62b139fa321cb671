package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** The public key of a log (C2SP signed-note, Ed25519, type 0x01). */
public final class LogVerifierKey {
  static final byte ED25519 = 1;

  private static final HexFormat HEX = HexFormat.of();

  private final String name;
  private final byte[] publicKey;

  /**
   * Checks and copies.
   *
   * @param name the log's origin
   * @param ed25519PublicKey 32 bytes (RFC 8032)
   * @throws IllegalArgumentException for a name or key of another shape
   */
  public LogVerifierKey(String name, byte[] ed25519PublicKey) {
    KeyName.check(name);
    if (ed25519PublicKey.length != Ed25519.PUBLIC_KEY_SIZE) {
      throw new IllegalArgumentException(
          "verifier key: want 32 bytes, got " + ed25519PublicKey.length);
    }
    this.name = name;
    this.publicKey = ed25519PublicKey.clone();
  }

  /**
   * Reads {@code <name>+<8 hex digits>+<base64 of 0x01 and the key>}.
   *
   * @throws IllegalArgumentException for anything else, and for a key id that is not the key's
   */
  public static LogVerifierKey parse(String text) {
    int first = text.indexOf('+');
    int second = first + 9;
    if (first < 0 || text.length() <= second || text.charAt(second) != '+') {
      throw new IllegalArgumentException("verifier key: want <name>+<8 hex digits>+<base64>");
    }
    byte[] typed = StrictBase64.decode(text.substring(second + 1), 44);
    if (typed.length != 33 || typed[0] != ED25519) {
      throw new IllegalArgumentException("verifier key: want an Ed25519 key of type 1");
    }
    LogVerifierKey key =
        new LogVerifierKey(text.substring(0, first), Arrays.copyOfRange(typed, 1, 33));
    String id = HEX.formatHex(key.keyId());
    if (!id.equals(text.substring(first + 1, second))) {
      throw new IllegalArgumentException(
          "verifier key: want key id " + id + ", got " + text.substring(first + 1, second));
    }
    return key;
  }

  /** The log's origin. */
  public String name() {
    return name;
  }

  /** First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key). */
  public byte[] keyId() {
    byte[] utf8 = (name + "\n").getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(Digest.sha256(utf8, bytes()).bytes(), 4);
  }

  /** 0x01 ‖ key, 33 bytes: the form that the ledger's log id is made of. */
  public byte[] bytes() {
    byte[] typed = new byte[33];
    typed[0] = ED25519;
    System.arraycopy(publicKey, 0, typed, 1, 32);
    return typed;
  }

  boolean verifies(byte[] message, byte[] signature) {
    return signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogVerifierKey that
        && name.equals(that.name)
        && Arrays.equals(publicKey, that.publicKey);
  }

  @Override
  public int hashCode() {
    return name.hashCode() ^ Arrays.hashCode(publicKey);
  }

  /** The form {@link #parse(String)} reads. */
  @Override
  public String toString() {
    return name + "+" + HEX.formatHex(keyId()) + "+" + Base64.getEncoder().encodeToString(bytes());
  }
}
