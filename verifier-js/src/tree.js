import { equal, hex } from "./bytes.js";
import { sha256 } from "./crypto.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** SHA-256(0x00, entry) (RFC 9162 section 2.1.1). @param {Uint8Array} entry */
export function leafHash(entry) {
  return sha256(LEAF, entry);
}

/** SHA-256(0x01, left, right). @param {Uint8Array} left @param {Uint8Array} right */
export function nodeHash(left, right) {
  return sha256(NODE, left, right);
}

/** The root of the tree without leaves. */
export function emptyRoot() {
  return sha256();
}

/**
 * Whether `leaf` is leaf `index` of the tree of `size` and `root` (RFC 9162 section 2.1.3.2). Index, size and the exact
 * proof length are checked before anything is hashed (TREE-2).
 *
 * @param {Uint8Array} leaf @param {bigint} index @param {bigint} size
 * @param {Uint8Array[]} proof @param {Uint8Array} root
 * @returns {Promise<import("./index.js").Mismatch | undefined>} undefined when it holds
 */
export async function whyNotIncluded(leaf, index, size, proof, root) {
  if (index < 0n || index >= size) {
    return mismatch("leaf index is not inside the tree", `below ${size}`, `${index}`);
  }
  const inner = bitLength(index ^ (size - 1n));
  const length = inner + bitCount(index >> BigInt(inner));
  if (proof.length !== length) {
    return wrongLength(length, proof.length);
  }
  const inside = await upInner(leaf, proof.slice(0, inner), index);
  return whyNotSame("the proof leads to another root", root, await upBorder(inside, proof.slice(inner)));
}

/**
 * Whether the tree of `to` leaves begins with the tree of `from` leaves (RFC 9162 section 2.1.4.2).
 *
 * @param {bigint} from @param {Uint8Array} fromRoot @param {bigint} to @param {Uint8Array} toRoot
 * @param {Uint8Array[]} proof
 * @returns {Promise<import("./index.js").Mismatch | undefined>} undefined when it holds
 */
export async function whyNotConsistent(from, fromRoot, to, toRoot, proof) {
  if (from < 0n || from > to) {
    return mismatch("the sizes are not in order", `at most ${to}`, `${from}`);
  }
  if (from === 0n || from === to) {
    return whyNotTrivial(from, fromRoot, to, toRoot, proof);
  }
  const shift = trailingZeros(from);
  const inner = bitLength((from - 1n) ^ (to - 1n)) - shift;
  // A perfect old tree is itself the first node, and the proof leaves it out.
  const seedIsRoot = from === 1n << BigInt(shift);
  const start = seedIsRoot ? 0 : 1;
  const path = (from - 1n) >> BigInt(shift);
  const length = start + inner + bitCount(path >> BigInt(inner));
  if (proof.length !== length) {
    return wrongLength(length, proof.length);
  }
  const seed = seedIsRoot ? fromRoot : proof[0];
  const inside = proof.slice(start, start + inner);
  const border = proof.slice(start + inner);
  const old = await upBorder(await upInnerRight(seed, inside, path), border);
  return (
    whyNotSame("the proof leads to another old root", fromRoot, old) ??
    whyNotSame("the proof leads to another new root", toRoot, await upBorder(await upInner(seed, inside, path), border))
  );
}

async function whyNotTrivial(from, fromRoot, to, toRoot, proof) {
  if (proof.length !== 0) {
    return wrongLength(0, proof.length);
  }
  const empty = await emptyRoot();
  if (to === 0n && !equal(toRoot, empty)) {
    return whyNotSame("the empty tree has another root", empty, toRoot);
  }
  return whyNotSame("the old root is another", from === 0n ? empty : toRoot, fromRoot);
}

async function upInner(seed, proof, path) {
  let hash = seed;
  for (let level = 0; level < proof.length; level++) {
    hash = isRight(path, level) ? await nodeHash(proof[level], hash) : await nodeHash(hash, proof[level]);
  }
  return hash;
}

/** Only the left siblings: what the smaller tree had. */
async function upInnerRight(seed, proof, path) {
  let hash = seed;
  for (let level = 0; level < proof.length; level++) {
    hash = isRight(path, level) ? await nodeHash(proof[level], hash) : hash;
  }
  return hash;
}

async function upBorder(seed, proof) {
  let hash = seed;
  for (const left of proof) {
    hash = await nodeHash(left, hash);
  }
  return hash;
}

function isRight(path, level) {
  return ((path >> BigInt(level)) & 1n) === 1n;
}

function bitLength(value) {
  return value === 0n ? 0 : value.toString(2).length;
}

function bitCount(value) {
  return value.toString(2).replaceAll("0", "").length;
}

/** Of a number that is not 0. */
function trailingZeros(value) {
  const bits = value.toString(2);
  return bits.length - 1 - bits.lastIndexOf("1");
}

function whyNotSame(reason, want, got) {
  return equal(want, got) ? undefined : mismatch(reason, hex(want), hex(got));
}

function wrongLength(want, got) {
  return mismatch("the proof has the wrong length", `${want} hashes`, `${got} hashes`);
}

function mismatch(reason, want, got) {
  return { reason, want, got };
}
