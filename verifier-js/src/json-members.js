import { FormatError } from "./bytes.js";

const MAX_COUNT = 2n ** 63n - 1n;

/** The members of a JSON object, read one by one with their types checked. Numbers come out as BigInt. */
export class JsonMembers {
  /** @param {import("./canonical-text.js").Span} span @param {string} path what an error calls the object */
  constructor(span, path) {
    if (!span.isObject()) {
      throw new FormatError(`${path}: want a JSON object`);
    }
    this.path = path;
    this.members = span.members();
    this.seen = new Set();
  }

  has(name) {
    return this.members.has(name);
  }

  value(name) {
    this.seen.add(name);
    const value = this.members.get(name);
    if (!value) {
      throw this.wrong(name, "missing");
    }
    return value;
  }

  isNull(name) {
    return this.value(name).isNull();
  }

  object(name) {
    return new JsonMembers(this.value(name), `${this.path}.${name}`);
  }

  string(name) {
    const value = this.value(name);
    if (!value.isString()) {
      throw this.wrong(name, "want a string");
    }
    return value.string();
  }

  /** An array, bounded before any element is read. */
  list(name, max) {
    const value = this.value(name);
    if (!value.isArray()) {
      throw this.wrong(name, "want an array");
    }
    const elements = value.elements();
    if (elements.length > max) {
      throw this.wrong(name, `want at most ${max} elements, got ${elements.length}`);
    }
    return elements;
  }

  /** A whole number from 0 to 2^63 - 1 in plain digits. */
  count(name) {
    const literal = this.value(name).literal();
    if (/^[0-9]{1,19}$/.test(literal) && BigInt(literal) <= MAX_COUNT) {
      return BigInt(literal);
    }
    throw this.wrong(name, "want a whole number from 0 to 2^63 - 1 in digits");
  }

  literal(name, literal) {
    if (this.value(name).literal() !== literal) {
      throw this.wrong(name, `want ${literal}`);
    }
  }

  /** A string that `reader` makes something of. */
  read(name, reader) {
    const text = this.string(name);
    return this.named(name, () => reader(text));
  }

  /** What `make` finds wrong is said with this member's name. */
  named(name, make) {
    try {
      return make();
    } catch (wrong) {
      throw wrong instanceof FormatError ? this.wrong(name, wrong.message) : wrong;
    }
  }

  refuseOthers() {
    for (const name of this.members.keys()) {
      if (!this.seen.has(name)) {
        throw new FormatError(`${this.path}: want no members but its own, got an unknown one`);
      }
    }
  }

  wrong(name, problem) {
    return new FormatError(`${this.path}.${name}: ${problem}`);
  }
}
