package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.fhiranchor.merkle.CanonicalJson;

/**
 * How deep the elements of a body stand in each other. HAPI's parsers call themselves for each
 * level, and a thread's stack ends before a body does.
 */
final class Nesting {
  private final byte[] body;
  private int at;
  private int depth;

  private Nesting(byte[] body) {
    this.body = body;
  }

  /** Looks at brackets or tags alone; whether the body is well-formed is the parser's to say. */
  static void check(byte[] body) {
    Nesting nesting = new Nesting(body);
    nesting.skipBlanks();
    if (nesting.at < body.length && body[nesting.at] == '<') {
      nesting.readXml();
    } else {
      nesting.readJson();
    }
  }

  private void skipBlanks() {
    // a byte order mark, and the zero bytes of UTF-16
    while (at < body.length && body[at] <= ' ') {
      at++;
    }
  }

  private void readJson() {
    while (at < body.length) {
      switch (body[at++]) {
        case '"' -> skipString();
        case '{', '[' -> open();
        case '}', ']' -> depth--;
        default -> {}
      }
    }
  }

  private void skipString() {
    while (at < body.length && body[at] != '"') {
      at += body[at] == '\\' ? 2 : 1;
    }
    at++;
  }

  private void readXml() {
    while (at < body.length) {
      if (body[at++] == '<') {
        readTag();
      }
    }
  }

  private void readTag() {
    if (follows("!--")) {
      skipPast("-->");
    } else if (follows("![CDATA[")) {
      skipPast("]]>");
    } else if (follows("?")) {
      skipPast("?>");
    } else if (follows("/")) {
      depth--;
    } else if (!follows("!")) {
      open();
      if (endsItself()) {
        depth--;
      }
    }
  }

  /** Moves behind the tag. */
  private boolean endsItself() {
    byte before = 0;
    byte quote = 0;
    for (; at < body.length; at++) {
      byte now = body[at];
      if (quote != 0) {
        quote = now == quote ? 0 : quote;
      } else if (now == '>') {
        return before == '/';
      } else if (now == '"' || now == '\'') {
        quote = now;
      }
      before = now == 0 ? before : now;
    }
    return false;
  }

  private boolean follows(String text) {
    int place = at;
    for (int i = 0; i < text.length(); place++) {
      if (place >= body.length || (body[place] != 0 && body[place] != text.charAt(i))) {
        return false;
      }
      i += body[place] == 0 ? 0 : 1;
    }
    return true;
  }

  private void skipPast(String text) {
    while (at < body.length && !follows(text)) {
      at++;
    }
    at += text.length();
  }

  private void open() {
    depth++;
    if (depth > CanonicalJson.MAX_DEPTH) {
      throw new InvalidRequestException(
          "body: want elements at most %d deep in each other".formatted(CanonicalJson.MAX_DEPTH));
    }
  }
}
