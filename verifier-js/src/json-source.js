import { FormatError } from "./bytes.js";

/** What reading past the last byte gives. */
export const END = -1;

/** The bytes of a JSON text with a place to read from, and errors that name the place. */
export class JsonSource {
  /** @param {Uint8Array} json */
  constructor(json) {
    this.json = json;
    this.at = 0;
  }

  /** The next byte as 0 to 255, or END. */
  next() {
    const at = this.at++;
    return at < this.json.length ? this.json[at] : END;
  }

  /** The next byte that is not JSON white space. */
  nextToken() {
    let c = this.next();
    while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) {
      c = this.next();
    }
    return c;
  }

  require(got, want, wanted) {
    if (got !== want) {
      throw this.unexpected(wanted);
    }
  }

  /** The byte just read is not what can stand here. */
  unexpected(wanted) {
    const at = this.at - 1;
    const got =
      at >= this.json.length ? "the end of the text" : `byte 0x${this.json[at].toString(16).padStart(2, "0")}`;
    return this.error(`want ${wanted}, got ${got}`, at);
  }

  error(what, offset) {
    let line = 1;
    let lineStart = 0;
    for (let i = 0; i < Math.min(offset, this.json.length); i++) {
      if (this.json[i] === 0x0a) {
        line++;
        lineStart = i + 1;
      }
    }
    return new FormatError(`JSON text, line ${line} column ${offset - lineStart + 1}: ${what}`);
  }

  /** Steps over one sequence of well-formed UTF-8 (RFC 3629) whose first byte, 0x80 or more, is at `at`; gives its length. */
  utf8Sequence(at) {
    const { json } = this;
    const first = json[at];
    const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > json.length || !secondFits(first, json[at + 1])) {
      throw this.error("invalid UTF-8", at);
    }
    for (let i = at + 2; i < at + length; i++) {
      if ((json[i] & 0xc0) !== 0x80) {
        throw this.error("invalid UTF-8", at);
      }
    }
    return length;
  }
}

/** Keeps out overlong forms, surrogates and what lies past U+10FFFF. */
function secondFits(first, second) {
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return second >= low && second <= high;
}
