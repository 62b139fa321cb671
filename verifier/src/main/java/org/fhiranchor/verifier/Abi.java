package org.fhiranchor.verifier;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogVerifierKey;

/** The little of the contract ABI that is read here: two views and one event of AnchorRegistry. */
final class Abi {
  /** First four bytes of keccak256 of the signature, in hex. */
  static final String HEAD = selector("head(bytes32)");

  static final String IDENTITY = selector("identity(bytes32)");

  static final String ANCHORED =
      "0x"
          + hex(
              keccak256(
                  "Anchored(bytes32,uint64,bytes32,uint64)".getBytes(StandardCharsets.US_ASCII)));

  private static final int WORD = 32;

  private Abi() {}

  /** keccak256(abi.encode(origin, verifierKey)): what {@code identity} answers for a log. */
  static Digest identity(LogVerifierKey key) {
    byte[] origin = key.name().getBytes(StandardCharsets.UTF_8);
    byte[] typed = key.bytes();
    int originWords = words(origin.length);
    byte[] encoded = new byte[WORD * (4 + originWords + words(typed.length))];
    int keyOffset = WORD * (3 + originWords);
    putInt(encoded, 0, 2 * WORD);
    putInt(encoded, WORD, keyOffset);
    putInt(encoded, 2 * WORD, origin.length);
    System.arraycopy(origin, 0, encoded, 3 * WORD, origin.length);
    putInt(encoded, keyOffset, typed.length);
    System.arraycopy(typed, 0, encoded, keyOffset + WORD, typed.length);
    return Digest.of(keccak256(encoded));
  }

  static String selector(String signature) {
    return "0x" + hex(keccak256(signature.getBytes(StandardCharsets.US_ASCII))).substring(0, 8);
  }

  static byte[] keccak256(byte[] message) {
    KeccakDigest keccak = new KeccakDigest(256);
    keccak.update(message, 0, message.length);
    byte[] digest = new byte[WORD];
    keccak.doFinal(digest, 0);
    return digest;
  }

  /** A number as one word, in hex with 0x. */
  static String word(long value) {
    return "0x" + "0".repeat(48) + HexFormat.of().toHexDigits(value);
  }

  private static int words(int bytes) {
    return (bytes + WORD - 1) / WORD;
  }

  private static void putInt(byte[] to, int word, int value) {
    for (int i = 0; i < 4; i++) {
      to[word + WORD - 1 - i] = (byte) (value >>> (8 * i));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
