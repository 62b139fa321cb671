import { FormatError, hex, textOf, utf8 } from "./bytes.js";
import { joined, partsOf } from "./file-parts.js";
import { Sha256 } from "./sha256.js";
import { Ending } from "./steps.js";

/** Longest line of any file of an export, in bytes. */
export const MAX_LINE = 1 << 21;

const SHOWN = 300;
const NEW_LINE = 0x0a;
const NOTHING = new Uint8Array(0);

/** White space as Java's String.strip has it. */
const SPACE = "[\\t-\\r\\x1c-\\x20\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000]";
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");

/** @param {string} text */
export function strip(text) {
  return text.replace(OUTER_SPACE, "");
}

/** A file of an export while it is read, in bounded memory; counts and hashes what it gives. */
export class ExportReader {
  /** @param {string} name @param {import("./index.js").BigFile} file */
  constructor(name, file) {
    this.name = name;
    this.parts = partsOf(file);
    this.part = NOTHING;
    this.at = 0;
    this.digest = new Sha256();
    this.bytes = 0n;
    this.lines = 1n;
  }

  /** Which line comes next, for people. */
  where() {
    return `${this.name}, line ${this.lines}`;
  }

  /** Whether there is a byte to be read; fetches the next part when the last one is read. */
  async more() {
    while (this.at === this.part.length) {
      const { done, value } = await this.parts.next();
      if (done) {
        return false;
      }
      this.part = value;
      this.at = 0;
      this.digest.update(value);
      this.bytes += BigInt(value.length);
    }
    return true;
  }

  /** The next line without its end; undefined at the end of the file. @returns {Promise<Uint8Array | undefined>} */
  async line() {
    if (!(await this.more())) {
      return undefined;
    }
    let text = NOTHING;
    for (;;) {
      const end = this.part.indexOf(NEW_LINE, this.at);
      const got = this.part.subarray(this.at, end < 0 ? this.part.length : end);
      if (text.length + got.length > MAX_LINE) {
        throw new FormatError(`${this.where()}: is too long`);
      }
      text = joined(text, got);
      this.at += got.length;
      if (end >= 0) {
        this.at++;
        this.lines++;
        return text;
      }
      if (!(await this.more())) {
        throw new FormatError(`${this.where()}: ends in the middle`);
      }
    }
  }

  /** Wants this text next. @param {string} text @param {string} reason */
  async expect(text, reason) {
    const want = utf8(text);
    for (let i = 0; i < want.length; i++, this.at++) {
      const got = this.at < this.part.length || (await this.more()) ? this.part[this.at] : -1;
      if (got !== want[i]) {
        throw Ending.failed("export-records", { reason: `${this.where()}: ${reason}`, want: shown(want), got: await this.rest(want.subarray(0, i)) });
      }
      if (got === NEW_LINE) {
        this.lines++;
      }
    }
  }

  /** What is there instead, as far as it is worth showing. @param {Uint8Array} same what was as it should be */
  async rest(same) {
    const got = [...same.subarray(0, SHOWN)];
    while (got.length < SHOWN && (await this.more()) && this.part[this.at] !== NEW_LINE) {
      got.push(this.part[this.at++]);
    }
    return got.length === 0 ? "the end of the file" : shown(Uint8Array.from(got));
  }

  /** Wants the end of the file. @param {string} step */
  async expectEnd(step) {
    if (await this.more()) {
      const reason = `${this.where()}: more than there is in the export`;
      throw Ending.failed(step, { reason, want: "the end of the file", got: await this.rest(NOTHING) });
    }
  }

  /** Reads to the end; name, length and digest of all of it. To be asked for once. */
  async all() {
    while (await this.more()) {
      this.at = this.part.length;
    }
    return { name: this.name, bytes: this.bytes, sha256: hex(this.digest.digest()) };
  }

  async close() {
    await this.parts.return();
  }
}

function shown(text) {
  return strip(textOf(text.subarray(0, SHOWN)));
}
