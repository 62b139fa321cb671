package org.fhiranchor.merkle;

import java.util.Base64;

/** Padded standard base64 in its one canonical spelling (RFC 4648 sections 3.5 and 4). */
final class StrictBase64 {
  private static final String OTHER_SPELLING = "base64: want its canonical, padded spelling";

  private StrictBase64() {}

  /** Bounded before decoding; refuses stray trailing bits, which the JDK's decoder lets pass. */
  static byte[] decode(String base64, int maxCharacters) {
    if (base64.length() > maxCharacters) {
      throw new IllegalArgumentException(
          "base64: want at most " + maxCharacters + " characters, got " + base64.length());
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      if (Base64.getEncoder().encodeToString(bytes).equals(base64)) {
        return bytes;
      }
    } catch (IllegalArgumentException notBase64) {
      throw new IllegalArgumentException(OTHER_SPELLING, notBase64);
    }
    throw new IllegalArgumentException(OTHER_SPELLING);
  }
}
