// Keccak-256 as Ethereum uses it (FIPS 202's permutation with the padding of the original submission): WebCrypto has none.

const RATE = 136;
const MASK = (1n << 64n) - 1n;
const ROUNDS = 24;

/** x + 5y to the rotation of that lane, and round to its constant; both made by the rules of FIPS 202 section 3.2. */
const ROTATIONS = rotations();
const CONSTANTS = roundConstants();

/** @param {Uint8Array} message @returns {Uint8Array} 32 bytes */
export function keccak256(message) {
  const padded = new Uint8Array((Math.floor(message.length / RATE) + 1) * RATE);
  padded.set(message);
  padded[message.length] ^= 0x01;
  padded[padded.length - 1] ^= 0x80;
  const lanes = new Array(25).fill(0n);
  const view = new DataView(padded.buffer);
  for (let block = 0; block < padded.length; block += RATE) {
    for (let lane = 0; lane < RATE / 8; lane++) {
      lanes[lane] ^= view.getBigUint64(block + 8 * lane, true);
    }
    permute(lanes);
  }
  const digest = new DataView(new ArrayBuffer(32));
  for (let lane = 0; lane < 4; lane++) {
    digest.setBigUint64(8 * lane, lanes[lane], true);
  }
  return new Uint8Array(digest.buffer);
}

function permute(lanes) {
  for (let round = 0; round < ROUNDS; round++) {
    theta(lanes);
    chi(lanes, rhoAndPi(lanes));
    lanes[0] ^= CONSTANTS[round];
  }
}

function theta(lanes) {
  const parity = [0, 1, 2, 3, 4].map((x) => lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]);
  for (let i = 0; i < 25; i++) {
    const x = i % 5;
    lanes[i] ^= parity[(x + 4) % 5] ^ rotate(parity[(x + 1) % 5], 1);
  }
}

function rhoAndPi(lanes) {
  const moved = new Array(25);
  for (let x = 0; x < 5; x++) {
    for (let y = 0; y < 5; y++) {
      moved[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(lanes[x + 5 * y], ROTATIONS[x + 5 * y]);
    }
  }
  return moved;
}

function chi(lanes, moved) {
  for (let i = 0; i < 25; i++) {
    const row = i - (i % 5);
    lanes[i] = moved[i] ^ (~moved[row + ((i + 1) % 5)] & MASK & moved[row + ((i + 2) % 5)]);
  }
}

function rotate(lane, by) {
  return by === 0 ? lane : ((lane << BigInt(by)) | (lane >> BigInt(64 - by))) & MASK;
}

function rotations() {
  const all = new Array(25).fill(0);
  let [x, y] = [1, 0];
  for (let t = 0; t < 24; t++) {
    all[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return all;
}

function roundConstants() {
  let register = 1;
  const nextBit = () => {
    const bit = register & 1;
    register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    return bit;
  };
  return Array.from({ length: ROUNDS }, () => {
    let constant = 0n;
    for (let j = 0; j < 7; j++) {
      constant |= BigInt(nextBit()) << BigInt(2 ** j - 1);
    }
    return constant;
  });
}
