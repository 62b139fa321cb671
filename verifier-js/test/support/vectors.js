import { readFileSync } from "node:fs";
import path from "node:path";

const folder = path.join(import.meta.dirname, "../../../merkle-log/src/test/resources/vectors");

/** The same files that the Java and the Solidity tests read. */
export function vectors(name) {
  return JSON.parse(readFileSync(path.join(folder, name), "utf8"));
}
