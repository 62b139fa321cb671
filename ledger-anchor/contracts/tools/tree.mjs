// RFC 9162 §2.1 trees for measuring: recursive definitions over leaves 0..n-1 whose entries are the index in decimal.
import { createHash } from "node:crypto";

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leaf = (index) => sha256(Buffer.of(0), String(index));
const known = new Map();

/** The largest power of two smaller than count. */
function split(count) {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

function hashOf(first, count) {
  if (count === 1) return leaf(first);
  const key = `${first} ${count}`;
  if (!known.has(key)) {
    const k = split(count);
    known.set(key, sha256(Buffer.of(1), hashOf(first, k), hashOf(first + k, count - k)));
  }
  return known.get(key);
}

function subProof(m, first, count, whole) {
  if (m === count) return whole ? [] : [hashOf(first, count)];
  const k = split(count);
  return m <= k
    ? [...subProof(m, first, k, whole), hashOf(first + k, count - k)]
    : [...subProof(m - k, first + k, count - k, false), hashOf(first, k)];
}

const hex = (bytes) => `0x${bytes.toString("hex")}`;

/** Root of the first `size` leaves, size > 0, as 0x hex. */
export const root = (size) => hex(hashOf(0, size));

/** Consistency proof between two sizes, 0 < from < to, as 0x hex. */
export const consistency = (from, to) => subProof(from, 0, to, true).map(hex);
