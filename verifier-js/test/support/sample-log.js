// A log in memory and the proofs that a server would give, made by the recursive definitions of RFC 9162 and by none of the
// code under test but its canonical form.
import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";
import { canonicalJson, canonicalResource } from "../../src/index.js";

export const ORIGIN = "log.example/anchor";
export const RECORDED = "2026-01-31T23:59:59.123Z";
export const CONTRACT = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
export const CHAIN = 31337;
export const FORM = "https://fhiranchor.org/canonical/fhir-json/v1";

const ZERO = "0".repeat(64);

export function sha256(...parts) {
  const hash = createHash("sha256");
  parts.forEach((part) => hash.update(part));
  return hash.digest();
}

export const LOG_ID = sha256("log").toString("hex");

export function canonical(value) {
  return Buffer.from(canonicalJson(Buffer.from(JSON.stringify(value))));
}

export function patient(version, family) {
  return JSON.stringify({
    resourceType: "Patient",
    id: "7",
    meta: { versionId: `${version}`, lastUpdated: "2026-01-31T23:59:59.123+00:00" },
    name: [{ family }],
  });
}

export function stored(resource, more = {}) {
  const { bytes, key, versionId } = canonicalResource(Buffer.from(resource));
  return {
    v: 1,
    kind: "resource-version",
    recorded: RECORDED,
    resource: key,
    version: versionId,
    operation: "update",
    content: { form: FORM, sha256: sha256(bytes).toString("hex") },
    provenance: ZERO,
    previous: null,
    ...more,
  };
}

export function deleted(version) {
  return {
    v: 1,
    kind: "resource-version",
    recorded: RECORDED,
    resource: "Patient/7",
    version: `${version}`,
    operation: "delete",
    provenance: ZERO,
    previous: null,
  };
}

export class SampleLog {
  constructor(...statements) {
    const pair = generateKeyPairSync("ed25519");
    this.privateKey = pair.privateKey;
    this.typed = Buffer.concat([Buffer.of(1), pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32)]);
    this.keyId = sha256(`${ORIGIN}\n`, this.typed).subarray(0, 4);
    this.key = `${ORIGIN}+${this.keyId.toString("hex")}+${this.typed.toString("base64")}`;
    this.statements = statements;
    this.salts = statements.map((_, i) => sha256(`salt ${i}`));
    this.leaves = statements.map((statement, i) => {
      const commitment = createHmac("sha256", this.salts[i]).update(canonical(statement)).digest();
      return sha256(Buffer.of(0, 1), commitment);
    });
  }

  fill(count) {
    for (let i = 0; i < count; i++) {
      this.leaves.push(sha256(Buffer.of(0, 1), sha256(`filler ${this.leaves.length}`)));
    }
    return this;
  }

  root(size) {
    return treeHash(this.leaves.slice(0, size));
  }

  checkpoint(size) {
    const text = `${ORIGIN}\n${size}\n${this.root(size).toString("base64")}\n`;
    const signature = sign(null, Buffer.from(text), this.privateKey);
    return `${text}\n\u2014 ${ORIGIN} ${Buffer.concat([this.keyId, signature]).toString("base64")}\n`;
  }

  anchor(size) {
    return {
      chainId: CHAIN,
      contract: CONTRACT,
      logId: `0x${LOG_ID}`,
      size,
      root: this.root(size).toString("base64"),
      blockNumber: 77,
      blockHash: `0x${ZERO}`,
      transactionHash: `0x${ZERO}`,
      finality: "finalized",
    };
  }

  /** The proof file of a leaf as an object, ready to be changed. */
  proof(leaf, size, anchoredSize) {
    const anchored = anchoredSize !== undefined;
    return {
      format: "fhiranchor-proof/1",
      statement: this.statements[leaf],
      salt: this.salts[leaf].toString("base64"),
      leafIndex: leaf,
      checkpoint: this.checkpoint(size),
      inclusionProof: inclusion(leaf, this.leaves.slice(0, size)).map((hash) => hash.toString("base64")),
      anchor: anchored ? this.anchor(anchoredSize) : null,
      ...(anchored ? { consistencyProof: this.consistency(size, anchoredSize) } : {}),
    };
  }

  consistency(from, to) {
    return from === to ? [] : subproof(from, this.leaves.slice(0, to), true).map((hash) => hash.toString("base64"));
  }
}

export function treeHash(leaves) {
  if (leaves.length < 2) {
    return leaves[0] ?? sha256();
  }
  const half = split(leaves.length);
  return sha256(Buffer.of(1), treeHash(leaves.slice(0, half)), treeHash(leaves.slice(half)));
}

export function inclusion(index, leaves) {
  if (leaves.length < 2) {
    return [];
  }
  const half = split(leaves.length);
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return index < half
    ? [...inclusion(index, left), treeHash(right)]
    : [...inclusion(index - half, right), treeHash(left)];
}

export function subproof(size, leaves, whole) {
  if (size === leaves.length) {
    return whole ? [] : [treeHash(leaves)];
  }
  const half = split(leaves.length);
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return size <= half
    ? [...subproof(size, left, whole), treeHash(right)]
    : [...subproof(size - half, right, false), treeHash(left)];
}

/** The largest power of two below n. */
function split(n) {
  let half = 1;
  while (2 * half < n) {
    half *= 2;
  }
  return half;
}
