import { FormatError } from "./bytes.js";
import { digestOf } from "./sha256.js";

const NODE = Uint8Array.of(1);

/**
 * The root that the leaves `from` to `to` (exclusive) of a tree of `size` make with the hashes beside them: none of them can be
 * missing, added or swapped.
 *
 * @param {{from: bigint, to: bigint, edges: Uint8Array[]}} range not empty, and inside the tree
 * @param {bigint} size
 * @param {() => Promise<Uint8Array>} leafHash gives each hash of the range, in order
 */
export async function rangeRoot({ from, to, edges }, size, leafHash) {
  const isBeside = (low, high) => high <= from || low >= to;
  const count = (low, high) => {
    if (isBeside(low, high)) {
      return 1;
    }
    if (low >= from && high <= to) {
      return 0;
    }
    const middle = low + split(high - low);
    return count(low, middle) + count(middle, high);
  };
  const want = count(0n, size);
  if (edges.length !== want) {
    throw new FormatError(`edges: want ${want} hashes, got ${edges.length}`);
  }
  let used = 0;
  const fold = async (low, high) => {
    if (isBeside(low, high)) {
      return edges[used++];
    }
    if (high - low === 1n) {
      return leafHash();
    }
    const middle = low + split(high - low);
    const left = await fold(low, middle);
    return digestOf(NODE, left, await fold(middle, high));
  };
  return fold(0n, size);
}

/** The largest power of two below n, which is 2 or more. */
function split(n) {
  return 1n << BigInt((n - 1n).toString(2).length - 1);
}
