import { readFileSync } from "node:fs";
import path from "node:path";

const folder = path.join(import.meta.dirname, "../../../merkle-log/src/test/resources/vectors");

/** The same files that the Java and the Solidity tests read. */
export function vectors(name) {
  return JSON.parse(readFileSync(path.join(folder, name), "utf8"));
}

/** The evidence that a vector holds. */
export function evidenceOf({ kind, size, root, anchored, ...more }) {
  const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
  return size === undefined
    ? { kind, ...more }
    : { kind, size: BigInt(size), root: bytes(root), anchored: anchored ? bytes(anchored) : undefined };
}

/** The files of an exported folder that a vector holds. */
export function exported(files) {
  return new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
}
