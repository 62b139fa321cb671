import { base64, bytesOfBase64, digestOfBase64, equal, FormatError, hex, utf8 } from "./bytes.js";
import { sha256, verifiesEd25519 } from "./crypto.js";

/** Longest note, in characters. */
export const MAX_NOTE = 8192;
const MAX_SIGNATURES = 16;
const MAX_NAME = 255;
const MARK = "\u2014 ";
const ED25519 = 1;
const MAX_SIZE = 2n ** 63n - 1n;
const FORBIDDEN_IN_NAME = /[\p{Z}\p{Cc}\p{Cs}+]/u;

/**
 * The public key of a log (C2SP signed-note): reads `<name>+<8 hex digits>+<base64 of 0x01 and the key>`.
 *
 * @param {string} text
 * @returns {Promise<import("./index.js").LogKey>}
 */
export async function parseKey(text) {
  const first = text.indexOf("+");
  const second = first + 9;
  if (first < 0 || text[second] !== "+" || text.length <= second) {
    throw new FormatError("verifier key: want <name>+<8 hex digits>+<base64>");
  }
  const typed = bytesOfBase64(text.slice(second + 1), 44);
  if (typed.length !== 33 || typed[0] !== ED25519) {
    throw new FormatError("verifier key: want an Ed25519 key of type 1");
  }
  const name = text.slice(0, first);
  checkName(name);
  const id = (await sha256(utf8(`${name}\n`), typed)).slice(0, 4);
  if (hex(id) !== text.slice(first + 1, second)) {
    throw new FormatError(`verifier key: want key id ${hex(id)}, got ${text.slice(first + 1, second)}`);
  }
  return { name, id, typed, text: `${name}+${hex(id)}+${base64(typed)}` };
}

/**
 * Reads a note without looking at who signed: origin, size, root, and its signature lines.
 *
 * @param {string} note
 */
export function parseCheckpoint(note) {
  if (note.length > MAX_NOTE) {
    throw new FormatError(`checkpoint: want at most ${MAX_NOTE} characters`);
  }
  const end = note.indexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) {
    throw new FormatError("checkpoint: want text, a blank line and signature lines");
  }
  const lines = note.length === end + 2 ? [] : note.slice(end + 2, -1).split("\n");
  if (lines.length === 0 || lines.length > MAX_SIGNATURES) {
    throw new FormatError(`checkpoint: want 1 to ${MAX_SIGNATURES} signatures`);
  }
  const signatures = lines.map(parseSignature);
  const text = note.slice(0, end + 1);
  return { ...parseText(text), note, text, signatures };
}

/**
 * Whether the key's owner signed. Signatures by others are ignored; one that claims this key and does not fit refuses the
 * whole note.
 *
 * @returns {Promise<{reason: string, want: string, got: string} | undefined>} undefined when signed
 */
export async function whyNotSigned(checkpoint, key) {
  if (checkpoint.origin !== key.name) {
    return { reason: "another log's checkpoint", want: key.name, got: checkpoint.origin };
  }
  let signed = false;
  for (const signature of checkpoint.signatures) {
    if (signature.name !== key.name || !equal(signature.id, key.id)) {
      continue;
    }
    if (!(await verifiesEd25519(key.typed.subarray(1), signature.bytes, utf8(checkpoint.text)))) {
      return {
        reason: "the signature does not fit the text",
        want: `a signature by ${key.text}`,
        got: signature.line,
      };
    }
    signed = true;
  }
  const signers = checkpoint.signatures.map(({ name, id }) => `${name}+${hex(id)}`).join(", ");
  return signed ? undefined : { reason: "no signature by the expected key", want: key.text, got: signers };
}

/** One signature line of a note: name, key id and signature. @param {string} line */
export function parseSignature(line) {
  const space = line.lastIndexOf(" ");
  if (!line.startsWith(MARK) || space < 3) {
    throw new FormatError("checkpoint: want a signature line after the blank line");
  }
  const name = line.slice(MARK.length, space);
  const bytes = asPartOf("checkpoint signature line: ", () => {
    checkName(name);
    return bytesOfBase64(line.slice(space + 1), 4096);
  });
  if (bytes.length < 5) {
    throw new FormatError("checkpoint: want a key id and a signature on the line");
  }
  return { line, name, id: bytes.slice(0, 4), bytes: bytes.slice(4) };
}

/** Origin, decimal size and base64 root, each on a line of its own (C2SP tlog-checkpoint, no extension lines). */
function parseText(text) {
  const lines = text.split("\n");
  if (lines.length !== 4) {
    throw new FormatError("checkpoint: want three lines: origin, size, root");
  }
  const [origin, digits, root] = lines;
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(digits) || BigInt(digits) > MAX_SIZE) {
    throw new FormatError("checkpoint: want a decimal size without leading zeros");
  }
  const checkpoint = { origin, size: BigInt(digits), root: digestOfBase64(root) };
  checkName(origin);
  return checkpoint;
}

function checkName(name) {
  if (name.length === 0 || name.length > MAX_NAME || FORBIDDEN_IN_NAME.test(name)) {
    throw new FormatError(`key name: want 1 to ${MAX_NAME} characters without space, control character or '+'`);
  }
}

function asPartOf(prefix, make) {
  try {
    return make();
  } catch (wrong) {
    throw wrong instanceof FormatError ? new FormatError(prefix + wrong.message) : wrong;
  }
}
