package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;

/**
 * The canonical form of a JSON text: members sorted by UTF-16 code units, no white space, strings
 * escaped as RFC 8785 section 3.2.2.2 says, numbers with the digits of the source (CAN-1 to CAN-3).
 */
public final class CanonicalJson {
  /** Largest input, in bytes. */
  public static final int MAX_BYTES = 64 << 20;

  /** Deepest nesting of objects and arrays. */
  public static final int MAX_DEPTH = 256;

  private CanonicalJson() {}

  /**
   * The canonical form of one JSON value in UTF-8.
   *
   * @throws CanonicalFormException naming the place, for anything but JSON (RFC 8259), duplicate
   *     member names, invalid UTF-8, unpaired surrogates, and input too large or too deep
   */
  public static byte[] of(byte[] utf8Json) {
    return of(utf8Json, MAX_BYTES, MAX_DEPTH);
  }

  /**
   * The canonical form of one JSON value.
   *
   * @throws CanonicalFormException as {@link #of(byte[])}
   */
  public static byte[] of(String json) {
    refuseUnpairedSurrogates(json);
    return of(json.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] of(byte[] utf8Json, int maxBytes, int maxDepth) {
    if (utf8Json.length > maxBytes) {
      throw new CanonicalFormException(
          "JSON text: want at most " + maxBytes + " bytes, got " + utf8Json.length);
    }
    return new JsonCanonicalizer(utf8Json, maxDepth).run();
  }

  private static void refuseUnpairedSurrogates(String json) {
    int at = 0;
    while (at < json.length()) {
      int c = json.codePointAt(at);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw new CanonicalFormException("JSON text: unpaired surrogate at character " + at);
      }
      at += Character.charCount(c);
    }
  }
}
