package org.fhiranchor.merkle;

/** Well-formed UTF-8 (Unicode Standard, table 3-7; RFC 3629). */
final class Utf8 {
  private Utf8() {}

  /** The length of the sequence whose first byte, 0x80 or more, is at {@code at}. */
  static int sequence(JsonSource in, int at) {
    byte[] json = in.bytes();
    int first = json[at] & 0xff;
    int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || at + length > json.length || !secondFits(first, json[at + 1] & 0xff)) {
      throw in.error("invalid UTF-8", at);
    }
    for (int i = at + 2; i < at + length; i++) {
      if ((json[i] & 0xc0) != 0x80) {
        throw in.error("invalid UTF-8", at);
      }
    }
    return length;
  }

  /** Keeps out overlong forms, surrogates and what lies past U+10FFFF. */
  private static boolean secondFits(int first, int second) {
    int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
  }
}
