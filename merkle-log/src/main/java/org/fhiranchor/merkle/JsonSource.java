package org.fhiranchor.merkle;

/** The bytes of a JSON text with a place to read from, and errors that name the place. */
final class JsonSource {
  /** What reading past the last byte gives. */
  static final int END = -1;

  private final byte[] json;
  private int next;

  JsonSource(byte[] json) {
    this.json = json;
  }

  /** The next byte as 0 to 255, or {@link #END}. */
  int next() {
    int at = next++;
    return at < json.length ? json[at] & 0xff : END;
  }

  /** The next byte that is not JSON white space. */
  int nextToken() {
    int c = next();
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      c = next();
    }
    return c;
  }

  /** Un-reads one. */
  void back() {
    next--;
  }

  /** Offset of the byte that {@link #next()} gives. */
  int offset() {
    return next;
  }

  /** The whole text; not to be changed. */
  byte[] bytes() {
    return json;
  }

  void skipTo(int offset) {
    next = offset;
  }

  void require(int got, int want, String wanted) {
    if (got != want) {
      throw unexpected(wanted);
    }
  }

  /** The byte just read is not what can stand here. */
  CanonicalFormException unexpected(String wanted) {
    int at = next - 1;
    String got =
        at >= json.length ? "the end of the text" : String.format("byte 0x%02x", json[at] & 0xff);
    return error("want " + wanted + ", got " + got, at);
  }

  CanonicalFormException error(String what, int offset) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < Math.min(offset, json.length); i++) {
      if (json[i] == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new CanonicalFormException(
        "JSON text, line " + line + " column " + (offset - lineStart + 1) + ": " + what);
  }
}
