import { textOf } from "./bytes.js";
import { canonicalJson, decodeString } from "./canonical-json.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const AFTER_SCALAR = new Set([0x2c, 0x7d, 0x5d]);

/**
 * Where a value stands in a text in canonical form. Walks without a check of the grammar, which was done when the text
 * was made.
 */
export class Span {
  /** @param {Uint8Array} text @param {number} start inclusive @param {number} end exclusive */
  constructor(text, start, end) {
    this.text = text;
    this.start = start;
    this.end = end;
  }

  /** Reads one JSON value strictly, within bounds. */
  static parse(json, maxBytes, maxDepth) {
    const text = canonicalJson(json, maxBytes, maxDepth);
    return new Span(text, 0, text.length);
  }

  /** A copy of the canonical bytes. */
  bytes() {
    return this.text.slice(this.start, this.end);
  }

  isObject() {
    return this.text[this.start] === 0x7b;
  }

  isArray() {
    return this.text[this.start] === 0x5b;
  }

  isString() {
    return this.text[this.start] === QUOTE;
  }

  isNull() {
    return this.text[this.start] === 0x6e;
  }

  string() {
    return decodeString(this.text, this.start, this.end);
  }

  /** A scalar as it is spelled; a number is never more than this. */
  literal() {
    return textOf(this.text.subarray(this.start, this.end));
  }

  /** Member names and values of an object, in canonical order. @returns {Map<string, Span>} */
  members() {
    const members = new Map();
    for (let at = this.start + 1; at < this.end - 1; ) {
      const nameEnd = this.endOf(at);
      const valueEnd = this.endOf(nameEnd + 1);
      members.set(decodeString(this.text, at, nameEnd), new Span(this.text, nameEnd + 1, valueEnd));
      at = valueEnd + 1;
    }
    return members;
  }

  /** The values of an array. @returns {Span[]} */
  elements() {
    const elements = [];
    for (let at = this.start + 1; at < this.end - 1; ) {
      const end = this.endOf(at);
      elements.push(new Span(this.text, at, end));
      at = end + 1;
    }
    return elements;
  }

  endOf(start) {
    const first = this.text[start];
    if (first === QUOTE) {
      return this.endOfString(start);
    }
    return OPEN.has(first) ? this.endOfContainer(start) : this.endOfScalar(start);
  }

  endOfString(start) {
    let at = start + 1;
    while (this.text[at] !== QUOTE) {
      at += this.text[at] === BACKSLASH ? 2 : 1;
    }
    return at + 1;
  }

  endOfContainer(start) {
    let depth = 0;
    let at = start;
    do {
      const byte = this.text[at];
      if (byte === QUOTE) {
        at = this.endOfString(at);
      } else {
        depth += OPEN.has(byte) ? 1 : CLOSE.has(byte) ? -1 : 0;
        at++;
      }
    } while (depth > 0);
    return at;
  }

  endOfScalar(start) {
    let at = start;
    while (at < this.end && !AFTER_SCALAR.has(this.text[at])) {
      at++;
    }
    return at;
  }
}
