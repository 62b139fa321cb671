// SHA-256 (FIPS 180-4) and HMAC (RFC 2104) piece by piece: WebCrypto wants all of a message at once, and a file of an export
// may be larger than memory.

const BLOCK = 64;
const LENGTH_AT = 56;
const { constants: K, start: START } = rootsOfPrimes();

/** The words of the block that is being taken: one at a time in the whole program. */
const w = new Int32Array(BLOCK);

/** A digest that takes its message in pieces. */
export class Sha256 {
  constructor() {
    this.state = Int32Array.from(START);
    this.block = new Uint8Array(BLOCK);
    this.filled = 0;
    this.length = 0;
  }

  /** @param {Uint8Array} bytes */
  update(bytes) {
    this.length += bytes.length;
    let at = 0;
    if (this.filled > 0) {
      at = Math.min(BLOCK - this.filled, bytes.length);
      this.block.set(bytes.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < BLOCK) {
        return this;
      }
      this.compress(this.block, 0);
      this.filled = 0;
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) {
      this.compress(bytes, at);
    }
    this.block.set(bytes.subarray(at), 0);
    this.filled = bytes.length - at;
    return this;
  }

  /** The digest; to be asked for once. */
  digest() {
    const zeros = (LENGTH_AT - 1 - this.filled + BLOCK) % BLOCK;
    const end = new Uint8Array(1 + zeros + 8);
    end[0] = 0x80;
    // The number of bits, as 64 bits: a file has fewer bytes than numbers are exact.
    const bits = new DataView(end.buffer, 1 + zeros);
    bits.setUint32(0, Math.floor(this.length / 2 ** 29));
    bits.setUint32(4, (this.length * 8) >>> 0);
    this.update(end);
    const out = new DataView(new ArrayBuffer(32));
    for (let i = 0; i < 8; i++) {
      out.setInt32(4 * i, this.state[i]);
    }
    return new Uint8Array(out.buffer);
  }

  compress(bytes, from) {
    for (let i = 0, at = from; i < 16; i++, at += 4) {
      w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < BLOCK; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + low + w[i - 7] + high) | 0;
    }
    rounds(this.state);
  }
}

/** Variables of their own, not an array: this is where the time goes. */
function rounds(state) {
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < BLOCK; i++) {
    const right = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + right + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const left = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (left + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** SHA-256 over the parts, one after the other. @param {...Uint8Array} parts */
export function digestOf(...parts) {
  const digest = new Sha256();
  parts.forEach((part) => digest.update(part));
  return digest.digest();
}

/** HMAC-SHA-256. @param {Uint8Array} key at most a block @param {Uint8Array} message */
export function hmacOf(key, message) {
  const padded = new Uint8Array(BLOCK);
  padded.set(key);
  const inner = digestOf(padded.map((byte) => byte ^ 0x36), message);
  return digestOf(padded.map((byte) => byte ^ 0x5c), inner);
}

/** The first 32 bits of the fractions of cube and square roots of the first primes, in whole numbers. */
function rootsOfPrimes() {
  const primes = [];
  for (let n = 2; primes.length < BLOCK; n++) {
    if (primes.every((prime) => n % prime !== 0)) {
      primes.push(n);
    }
  }
  const fraction = (prime, power) => Number(BigInt.asIntN(32, root(BigInt(prime) << BigInt(32 * power), BigInt(power))));
  return {
    constants: Int32Array.from(primes, (prime) => fraction(prime, 3)),
    start: Int32Array.from(primes.slice(0, 8), (prime) => fraction(prime, 2)),
  };
}

/** The largest whole number whose power is not larger. */
function root(value, power) {
  let low = 0n;
  let high = 1n << 40n;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** power <= value) {
      low = middle;
    } else {
      high = middle - 1n;
    }
  }
  return low;
}
