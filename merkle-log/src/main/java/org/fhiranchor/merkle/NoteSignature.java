package org.fhiranchor.merkle;

import java.util.Arrays;

/** One signature line of a note: {@code — <name> <base64(keyId4 ‖ signature)>}. */
final class NoteSignature {
  private static final int MAX_BASE64 = 4096;

  private final String name;
  private final byte[] idAndSignature;

  private NoteSignature(String name, byte[] idAndSignature) {
    this.name = name;
    this.idAndSignature = idAndSignature;
  }

  static NoteSignature parse(String line) {
    int space = line.lastIndexOf(' ');
    if (!line.startsWith(SignedCheckpoint.SIGNATURE_MARK) || space < 3) {
      throw new ProofFormatException("checkpoint: want a signature line after the blank line");
    }
    String name = line.substring(SignedCheckpoint.SIGNATURE_MARK.length(), space);
    try {
      KeyName.check(name);
      byte[] bytes = StrictBase64.decode(line.substring(space + 1), MAX_BASE64);
      if (bytes.length < 5) {
        throw new ProofFormatException("checkpoint: want a key id and a signature on the line");
      }
      return new NoteSignature(name, bytes);
    } catch (IllegalArgumentException wrong) {
      throw new ProofFormatException("checkpoint signature line: " + wrong.getMessage());
    }
  }

  boolean claims(LogVerifierKey key) {
    return name.equals(key.name()) && Arrays.equals(keyId(), key.keyId());
  }

  String name() {
    return name;
  }

  byte[] keyId() {
    return Arrays.copyOf(idAndSignature, 4);
  }

  byte[] signature() {
    return Arrays.copyOfRange(idAndSignature, 4, idAndSignature.length);
  }
}
