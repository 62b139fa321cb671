package org.fhiranchor.merkle;

import java.util.Base64;

/** Padded standard base64 in its one canonical spelling (RFC 4648 sections 3.5 and 4). */
final class StrictBase64 {
  private StrictBase64() {}

  /** Bounded before decoding; refuses stray trailing bits, which the JDK's decoder lets pass. */
  static byte[] decode(String base64, int maxCharacters) {
    if (base64.length() > maxCharacters) {
      throw new IllegalArgumentException(
          "base64: want at most " + maxCharacters + " characters, got " + base64.length());
    }
    byte[] bytes = Base64.getDecoder().decode(base64);
    if (!Base64.getEncoder().encodeToString(bytes).equals(base64)) {
      throw new IllegalArgumentException("base64: want its canonical, padded spelling");
    }
    return bytes;
  }
}
