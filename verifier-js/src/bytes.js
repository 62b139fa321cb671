// Bytes and their spellings. A value has one spelling here: what is read in another one is refused.

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const TWO_DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const HEX_64 = /^[0-9a-f]{64}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A value that is not of the shape it must have; the message says what was wanted and never shows the content. */
export class FormatError extends Error {}

/** @param {string} text @returns {Uint8Array} */
export function utf8(text) {
  return encoder.encode(text);
}

/** The text of bytes that are known to be well-formed UTF-8. @param {Uint8Array} bytes */
export function textOf(bytes) {
  return decoder.decode(bytes);
}

/** @param {...Uint8Array} parts */
export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export function equal(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Orders by unsigned bytes, a prefix first. @param {Uint8Array} a @param {Uint8Array} b */
export function compare(a, b) {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) {
      return a[i] - b[i];
    }
  }
  return a.length - b.length;
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  let digits = "";
  for (const byte of bytes) {
    digits += TWO_DIGITS[byte];
  }
  return digits;
}

/** The bytes of hex digits that were checked before. @param {string} digits */
export function bytesOfHex(digits) {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}

/** Padded standard base64. @param {Uint8Array} bytes */
export function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** Padded standard base64 of a text's UTF-8, whatever its length. @param {string} text */
export function base64OfText(text) {
  return btoa(Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

/** Padded standard base64 in its one canonical spelling (RFC 4648 sections 3.5 and 4), bounded before it is decoded. */
export function bytesOfBase64(text, maxCharacters) {
  if (text.length > maxCharacters) {
    throw new FormatError(`base64: want at most ${maxCharacters} characters, got ${text.length}`);
  }
  if (BASE64.test(text)) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    // Stray bits after the last byte would give one value two spellings.
    if (base64(bytes) === text) {
      return bytes;
    }
  }
  throw new FormatError("base64: want its canonical, padded spelling");
}

/** A SHA-256 digest from 64 lower-case hex digits. @param {string} text */
export function digestOfHex(text) {
  if (text.length !== 64) {
    throw new FormatError(`digest: want 64 hex digits, got ${text.length} characters`);
  }
  if (!HEX_64.test(text)) {
    throw new FormatError("digest: want lower-case hex digits only");
  }
  return bytesOfHex(text);
}

/** A SHA-256 digest from base64. @param {string} text */
export function digestOfBase64(text) {
  const bytes = bytesOfBase64(text, 44);
  if (bytes.length !== 32) {
    throw new FormatError(`digest: want 32 bytes, got ${bytes.length} bytes`);
  }
  return bytes;
}
