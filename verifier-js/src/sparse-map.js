import { concat, equal } from "./bytes.js";
import { hmacSha256, sha256 } from "./crypto.js";
import { nodeHash } from "./tree.js";

/** Bits of a tag that say where its place in the map of heads is (DIS-6). */
export const DEPTH = 80;

const EMPTY = new Uint8Array(32);
const LEAF = Uint8Array.of(0);

/**
 * What stands for the newest disclosure of a subject.
 *
 * @param {Uint8Array} salt of this head alone
 * @param {bigint} number of the disclosure
 * @param {Uint8Array} commitment of its leaf
 */
export function headOf(salt, number, commitment) {
  const count = new Uint8Array(8);
  new DataView(count.buffer).setBigUint64(0, number);
  return hmacSha256(salt, concat(count, commitment));
}

/**
 * Whether the map of this root holds this head of the tag; without a head, whether the tag's place is empty.
 *
 * @param {{depths: number[], siblings: Uint8Array[]}} proof the neighbours that are not empty, from the root down
 * @param {Uint8Array} root @param {Uint8Array} tag @param {Uint8Array | undefined} head
 */
export async function holdsHead({ depths, siblings }, root, tag, head) {
  if (!isInShape(depths, siblings)) {
    return false;
  }
  const given = new Map(depths.map((depth, i) => [depth, siblings[i]]));
  let hash = head ? await sha256(LEAF, tag, head) : EMPTY;
  for (let depth = DEPTH - 1; depth >= 0; depth--) {
    const sibling = given.get(depth) ?? EMPTY;
    hash = bit(tag, depth) ? await inner(sibling, hash) : await inner(hash, sibling);
  }
  return equal(hash, root);
}

/** Depths grow and are in the map; a sibling that is given is not empty. */
function isInShape(depths, siblings) {
  return (
    depths.length === siblings.length &&
    depths.every((depth, i) => depth < DEPTH && depth > (depths[i - 1] ?? -1)) &&
    siblings.every((sibling) => !equal(sibling, EMPTY))
  );
}

function inner(left, right) {
  return equal(left, EMPTY) && equal(right, EMPTY) ? EMPTY : nodeHash(left, right);
}

function bit(path, depth) {
  return ((path[depth >> 3] >> (7 - (depth & 7))) & 1) === 1;
}
