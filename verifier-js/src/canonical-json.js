import { FormatError, textOf, utf8 } from "./bytes.js";
import { END, JsonSource } from "./json-source.js";

/** Largest input, in bytes. */
export const MAX_BYTES = 64 << 20;

/** Deepest nesting of objects and arrays. */
export const MAX_DEPTH = 256;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SHORT_LETTERS = utf8('btnfr"\\');
const SHORT = utf8('\b\t\n\f\r"\\');
const HEX = utf8("0123456789abcdef");
const [COMMA, COLON, OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = utf8(",:{}[]");
const [ZERO, NINE, MINUS, PLUS, DOT, SMALL_E, LARGE_E] = utf8("09-+.eE");
const WORDS = new Map([..."tfn"].map((first, i) => [first.charCodeAt(0), ["true", "false", "null"][i]]));

/**
 * The canonical form of one JSON text (CAN-1 to CAN-3): members sorted by UTF-16 code units, no white space, strings
 * escaped as RFC 8785 section 3.2.2.2 says, and numbers digit by digit as they stand in the source: nothing here is ever
 * a number of JavaScript. Throws FormatError, naming the place, for anything but strict JSON (RFC 8259), duplicate member
 * names, invalid UTF-8, unpaired surrogates, and input too large or too deep.
 *
 * @param {Uint8Array} json
 * @returns {Uint8Array}
 */
export function canonicalJson(json, maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH) {
  if (json.length > maxBytes) {
    throw new FormatError(`JSON text: want at most ${maxBytes} bytes, got ${json.length}`);
  }
  return new Canonicalizer(json, maxDepth).run();
}

/** One pass that writes the output, which is never longer than the input; objects are put in order when they close. */
class Canonicalizer {
  constructor(json, maxDepth) {
    this.in = new JsonSource(json);
    // One more than the input, for the comma that is written before it is known to be wanted.
    this.out = new Uint8Array(json.length + 1);
    this.length = 0;
    this.depth = 0;
    this.maxDepth = maxDepth;
  }

  run() {
    this.value(this.in.nextToken());
    if (this.in.nextToken() !== END) {
      throw this.in.unexpected("the end of the text");
    }
    return this.out.slice(0, this.length);
  }

  /** The token's first byte was just read. */
  value(first) {
    if (first === OPEN_OBJECT) {
      this.object();
    } else if (first === OPEN_ARRAY) {
      this.array();
    } else if (first === QUOTE) {
      this.string();
    } else if (WORDS.has(first)) {
      this.word(WORDS.get(first));
    } else {
      this.number(first);
    }
  }

  object() {
    this.enter();
    this.write(OPEN_OBJECT);
    const open = this.length;
    const members = [];
    let ordered = true;
    let token = this.in.nextToken();
    if (token !== CLOSE_OBJECT) {
      do {
        const member = this.member(members.length === 0 ? token : this.in.nextToken());
        ordered = ordered && (members.length === 0 || members[members.length - 1].name < member.name);
        members.push(member);
        token = this.in.nextToken();
        this.write(COMMA);
      } while (token === COMMA);
      this.in.require(token, CLOSE_OBJECT, "',' or '}'");
      this.length--;
    }
    if (!ordered) {
      this.reorder(open, members);
    }
    this.write(CLOSE_OBJECT);
    this.depth--;
  }

  member(token) {
    this.in.require(token, QUOTE, "a member name");
    const source = this.in.at - 1;
    const start = this.length;
    this.string();
    const name = decodeString(this.out, start, this.length);
    this.in.require(this.in.nextToken(), COLON, "':'");
    this.write(COLON);
    this.value(this.in.nextToken());
    return { name, start, end: this.length, source };
  }

  reorder(from, members) {
    const sorted = [...members].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const before = this.out.slice(from, this.length);
    let at = from;
    sorted.forEach((member, i) => {
      if (i > 0) {
        if (sorted[i - 1].name === member.name) {
          throw this.in.error("duplicate member name", Math.max(sorted[i - 1].source, member.source));
        }
        this.out[at++] = COMMA;
      }
      this.out.set(before.subarray(member.start - from, member.end - from), at);
      at += member.end - member.start;
    });
  }

  array() {
    this.enter();
    this.write(OPEN_ARRAY);
    let token = this.in.nextToken();
    if (token !== CLOSE_ARRAY) {
      this.value(token);
      for (token = this.in.nextToken(); token === COMMA; token = this.in.nextToken()) {
        this.write(COMMA);
        this.value(this.in.nextToken());
      }
      this.in.require(token, CLOSE_ARRAY, "',' or ']'");
    }
    this.write(CLOSE_ARRAY);
    this.depth--;
  }

  enter() {
    if (++this.depth > this.maxDepth) {
      throw this.in.error(`nested deeper than ${this.maxDepth}`, this.in.at - 1);
    }
  }

  word(word) {
    this.write(word.charCodeAt(0));
    for (let i = 1; i < word.length; i++) {
      this.in.require(this.in.next(), word.charCodeAt(i), word);
      this.write(word.charCodeAt(i));
    }
  }

  /** Digit by digit: 1.00 stays 1.00. */
  number(first) {
    let c = first === MINUS ? this.take(first) : first;
    c = c === ZERO ? this.take(c) : this.digits(c, "a JSON value");
    if (c === DOT) {
      c = this.digits(this.take(c), "a digit");
    }
    if (c === SMALL_E || c === LARGE_E) {
      c = this.take(c);
      this.digits(c === PLUS || c === MINUS ? this.take(c) : c, "a digit");
    }
    this.in.at--;
  }

  digits(first, wanted) {
    if (!isDigit(first)) {
      throw this.in.unexpected(wanted);
    }
    let c = first;
    while (isDigit(c)) {
      c = this.take(c);
    }
    return c;
  }

  take(c) {
    this.write(c);
    return this.in.next();
  }

  /** A string whose opening quote was just read. */
  string() {
    this.write(QUOTE);
    const { json } = this.in;
    let run = this.in.at;
    let i = run;
    for (;;) {
      const c = i < json.length ? json[i] : END;
      if (c >= 0x80) {
        i += this.in.utf8Sequence(i);
      } else if (c >= 0x20 && c !== QUOTE && c !== BACKSLASH) {
        i++;
      } else {
        this.out.set(json.subarray(run, i), this.length);
        this.length += i - run;
        this.in.at = i + 1;
        if (c === QUOTE) {
          this.write(QUOTE);
          return;
        }
        if (c !== BACKSLASH) {
          throw this.in.unexpected("a character of a string");
        }
        this.escape();
        run = this.in.at;
        i = run;
      }
    }
  }

  escape() {
    const c = this.in.next();
    const known = SHORT_LETTERS.indexOf(c);
    if (c === 0x75) {
      this.codePoint(this.unicodeEscape());
    } else if (c === 0x2f) {
      this.write(c);
    } else if (known >= 0) {
      this.character(SHORT[known]);
    } else {
      throw this.in.unexpected("an escape of JSON");
    }
  }

  unicodeEscape() {
    const start = this.in.at - 2;
    const first = this.hex4();
    if (first < 0xd800 || first > 0xdfff) {
      return first;
    }
    if (first < 0xdc00 && this.in.next() === BACKSLASH && this.in.next() === 0x75) {
      const second = this.hex4();
      if (second >= 0xdc00 && second <= 0xdfff) {
        return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
      }
    }
    throw this.in.error("unpaired surrogate", start);
  }

  hex4() {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const digit = HEX.indexOf(lowerCase(this.in.next()));
      if (digit < 0) {
        throw this.in.unexpected("a hex digit");
      }
      value = (value << 4) | digit;
    }
    return value;
  }

  codePoint(codePoint) {
    if (codePoint < 0x80) {
      this.character(codePoint);
    } else {
      utf8(String.fromCodePoint(codePoint)).forEach((byte) => this.write(byte));
    }
  }

  /** An ASCII character, escaped where RFC 8785 says so. */
  character(c) {
    const known = SHORT.indexOf(c);
    if (known >= 0) {
      this.write(BACKSLASH);
      this.write(SHORT_LETTERS[known]);
    } else if (c < 0x20) {
      utf8(`\\u00${c.toString(16).padStart(2, "0")}`).forEach((byte) => this.write(byte));
    } else {
      this.write(c);
    }
  }

  write(byte) {
    this.out[this.length++] = byte;
  }
}

function isDigit(c) {
  return c >= ZERO && c <= NINE;
}

function lowerCase(c) {
  return c >= 0x41 && c <= 0x46 ? c + 0x20 : c;
}

/** The text of a string in canonical form that stands, with its quotes, from start to end. */
export function decodeString(canonical, start, end) {
  const text = textOf(canonical.subarray(start, end));
  // The canonical spelling is a subset of JSON, and a string is no number: the platform's reader is exact here.
  return text.includes("\\") ? JSON.parse(text) : text.slice(1, -1);
}
