import assert from "node:assert/strict";
import { test } from "node:test";
import { parseProofFile } from "../src/proof-file.js";
import { verify } from "../src/index.js";
import { NodeAnswers } from "./support/node-answers.js";
import { seeded } from "./support/random.js";
import { CONTRACT, LOG_ID, patient, SampleLog, stored } from "./support/sample-log.js";

const PROOFS = 10_000;
const PATIENT = patient(1, "Chalmers");
const log = new SampleLog(stored(PATIENT)).fill(1000);
const right = log.proof(0, 700, 1001);
const node = new NodeAnswers(log, 1001);
const ledger = { rpc: "https://node.example", contract: CONTRACT, logId: `0x${LOG_ID}` };

/** What a proof only tells, and the Java verifier does not check either: docs/verify says so. */
const TOLD = new Set(["blockNumber", "blockHash", "transactionHash", "finality"]);

function ask(proof) {
  return verify({ resource: PATIENT, proof, key: log.key, ledger, fetch: node.fetch });
}

test("VER-4 the proof that the mutations start from is verified", async () => {
  assert.equal((await ask(JSON.stringify(right))).verdict, "verified");
});

test(`VER-4 of ${PROOFS} proofs with one value changed, none is accepted`, async () => {
  const random = seeded();
  const places = placesIn(right);
  const failedAt = {};
  for (let i = 0; i < PROOFS; i++) {
    const mutated = changed(right, random.of(places), random);
    const report = await ask(mutated);
    assert.notEqual(report.verdict, "verified", mutated);
    const step = report.failed?.step ?? "undecided";
    failedAt[step] = (failedAt[step] ?? 0) + 1;
  }
  console.log(JSON.stringify(failedAt));
  for (const step of ["proof-file", "content-digest", "inclusion", "checkpoint-signature", "consistency", "ledger-head"]) {
    assert.ok(failedAt[step] > 0, `${step} refused some`);
  }
});

test(`VER-4 of ${PROOFS} files with bytes changed, none is accepted that says anything else, none crashes`, async () => {
  const random = seeded();
  const same = meaning(JSON.stringify(right));
  for (let i = 0; i < PROOFS; i++) {
    const mutated = spoiled(Buffer.from(JSON.stringify(right)), random);
    const report = await ask(new Uint8Array(mutated));
    if (report.verdict === "verified") {
      assert.equal(meaning(mutated), same);
    }
  }
});

/** Paths to every value but those that are only told. */
function placesIn(value, path = []) {
  if (value === null || typeof value !== "object") {
    return [path];
  }
  return Object.keys(value)
    .filter((name) => !TOLD.has(name))
    .flatMap((name) => placesIn(value[name], [...path, name]));
}

function changed(proof, path, random) {
  const copy = structuredClone(proof);
  const parent = path.slice(0, -1).reduce((value, name) => value[name], copy);
  const name = path.at(-1);
  parent[name] = other(parent[name], random);
  return JSON.stringify(copy);
}

/** Another value, of the same shape more often than not. */
function other(value, random) {
  if (typeof value === "number") {
    return random.of([value + 1, value + 1 + random.below(2 ** 31), value === 0 ? 5 : value - 1, "7", null]);
  }
  if (typeof value !== "string") {
    return "x";
  }
  const at = random.below(value.length);
  const letters = "0123456789abcdefABCDEFxyzXYZ+/=. \n";
  const letter = random.of(Array.from(letters).filter((c) => c.toLowerCase() !== value[at].toLowerCase()));
  const flipped = value.slice(0, at) + letter + value.slice(at + 1);
  return random.of([flipped, flipped, flipped, flipped, flipped, value.slice(0, at), `${value}${letter}`, 7]);
}

function spoiled(bytes, random) {
  const at = random.below(bytes.length);
  const length = Math.min(bytes.length - at, 1 + random.below(60));
  const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
  switch (random.below(6)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return Buffer.concat([before, part, part, after]);
    case 2:
      return Buffer.from(before);
    case 3:
      return Buffer.concat([before, Buffer.of(random.below(256)), bytes.subarray(at + 1)]);
    case 4:
      return Buffer.concat([before, Buffer.from("[".repeat(random.below(400))), after]);
    default:
      return Buffer.concat([before, Buffer.of(bytes[at] ^ (1 << random.below(8))), bytes.subarray(at + 1)]);
  }
}

/** All that is checked of a proof, in one spelling. */
function meaning(json) {
  const { statement, salt, leafIndex, checkpoint, inclusionProof, anchor, consistencyProof } = parseProofFile(Buffer.from(json));
  const { chainId, contract, logId, size, root } = anchor ?? {};
  const { signatures, note, ...head } = checkpoint;
  const checked = [statement, salt, leafIndex, head, inclusionProof, chainId, contract, logId, size, root, consistencyProof];
  return JSON.stringify(checked, (_, value) => (typeof value === "bigint" ? `${value}` : value));
}
