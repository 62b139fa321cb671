package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON strings from any spelling to the one of RFC 8785 section 3.2.2.2, and back to text. */
final class JsonStrings {
  private static final String SHORT = "\b\t\n\f\r\"\\";
  private static final String SHORT_LETTERS = "btnfr\"\\";
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** For bytes that may stand in a string as they are and need no look at the next. */
  private static final boolean[] PLAIN = new boolean[256];

  static {
    Arrays.fill(PLAIN, 0x20, 0x80, true);
    PLAIN['"'] = false;
    PLAIN['\\'] = false;
  }

  private final JsonSource in;
  private byte[] out = new byte[0];
  private int length;

  JsonStrings(JsonSource in) {
    this.in = in;
  }

  /**
   * Copies a string whose opening quote was just read; the new length of {@code to} comes back.
   * {@code to} must have room for the string as it is spelled in the source.
   */
  int copy(byte[] to, int at) {
    out = to;
    length = at;
    out[length++] = '"';
    byte[] json = in.bytes();
    int run = in.offset();
    int i = run;
    while (true) {
      while (i < json.length && PLAIN[json[i] & 0xff]) {
        i++;
      }
      int c = i < json.length ? json[i] & 0xff : JsonSource.END;
      if (c >= 0x80) {
        i += Utf8.sequence(in, i);
        continue;
      }
      copyRun(json, run, i);
      in.skipTo(i + 1);
      if (c == '"') {
        out[length++] = '"';
        return length;
      }
      if (c != '\\') {
        throw in.unexpected("a character of a string");
      }
      escape();
      run = in.offset();
      i = run;
    }
  }

  private void copyRun(byte[] json, int from, int to) {
    System.arraycopy(json, from, out, length, to - from);
    length += to - from;
  }

  private void escape() {
    int c = in.next();
    if (c == 'u') {
      codePoint(unicodeEscape());
      return;
    }
    int known = c == '/' ? -1 : SHORT_LETTERS.indexOf(c);
    if (c == '/') {
      out[length++] = '/';
    } else if (known >= 0) {
      character(SHORT.charAt(known));
    } else {
      throw in.unexpected("an escape of JSON");
    }
  }

  private int unicodeEscape() {
    int start = in.offset() - 2;
    char first = hex4();
    if (!Character.isSurrogate(first)) {
      return first;
    }
    if (Character.isHighSurrogate(first) && in.next() == '\\' && in.next() == 'u') {
      char second = hex4();
      if (Character.isLowSurrogate(second)) {
        return Character.toCodePoint(first, second);
      }
    }
    throw in.error("unpaired surrogate", start);
  }

  private char hex4() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int c = in.next();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw in.unexpected("a hex digit");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private void codePoint(int codePoint) {
    if (codePoint < 0x80) {
      character((char) codePoint);
      return;
    }
    for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
      out[length++] = b;
    }
  }

  /** An ASCII character, escaped where RFC 8785 says so. */
  private void character(char c) {
    int known = SHORT.indexOf(c);
    if (known >= 0) {
      out[length++] = '\\';
      out[length++] = (byte) SHORT_LETTERS.charAt(known);
    } else if (c < 0x20) {
      out[length++] = '\\';
      out[length++] = 'u';
      out[length++] = '0';
      out[length++] = '0';
      out[length++] = HEX[c >> 4];
      out[length++] = HEX[c & 15];
    } else {
      out[length++] = (byte) c;
    }
  }

  /** The text of a string in canonical form, given with its quotes. */
  static String decode(byte[] canonical, int start, int end) {
    String body = new String(canonical, start + 1, end - start - 2, StandardCharsets.UTF_8);
    if (body.indexOf('\\') < 0) {
      return body;
    }
    StringBuilder text = new StringBuilder(body.length());
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c != '\\') {
        text.append(c);
      } else if (body.charAt(++i) == 'u') {
        text.append((char) Integer.parseInt(body, i + 1, i + 5, 16));
        i += 4;
      } else {
        text.append(SHORT.charAt(SHORT_LETTERS.indexOf(body.charAt(i))));
      }
    }
    return text.toString();
  }

  /** The canonical spelling of a text, with its quotes; the text has no unpaired surrogates. */
  static void encode(String text, StringBuilder to) {
    to.append('"');
    int run = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c == '"' || c == '\\') {
        to.append(text.substring(run, i));
        run = i + 1;
        escape(c, to);
      }
    }
    // The whole text at once where nothing had to be escaped, which is nearly always.
    to.append(run == 0 ? text : text.substring(run)).append('"');
  }

  private static void escape(char c, StringBuilder to) {
    int known = SHORT.indexOf(c);
    if (known >= 0) {
      to.append('\\').append(SHORT_LETTERS.charAt(known));
    } else {
      to.append("\\u00").append((char) HEX[c >> 4]).append((char) HEX[c & 15]);
    }
  }
}
