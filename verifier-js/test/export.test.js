import assert from "node:assert/strict";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { ExportVerification, parseKey, verifyExport } from "../src/index.js";
import { digestOf, hmacOf, Sha256 } from "../src/sha256.js";
import { evidenceOf, exported, vectors } from "./support/vectors.js";

const { folders, exports } = vectors("exports.json");
const honest = new Map(folders.map(({ name, files }) => [name, exported(files)]));

/** The folder with some bytes of some files replaced. */
function changed(files, changes) {
  const folder = new Map(files);
  for (const { file, from, to, now } of changes) {
    const before = folder.get(file) ?? Buffer.alloc(0);
    if (now === null) {
      folder.delete(file);
    } else {
      folder.set(file, Buffer.concat([before.subarray(0, from), Buffer.from(now, "base64"), before.subarray(to)]));
    }
  }
  return folder;
}

/** Gives a file in parts that end anywhere. */
function inParts(bytes, length) {
  return async function* () {
    for (let at = 0; at < bytes.length; at += length) {
      yield bytes.subarray(at, at + length);
    }
  };
}

test("EXP-2 every export gets the report that Java gives it, word by word", async () => {
  const counts = {};
  for (const [i, { name, folder, changes, key, evidence, until, report }] of exports.entries()) {
    const files = changed(honest.get(folder), changes);
    const asked = new ExportVerification(files, await parseKey(key), async () => evidenceOf(evidence), until ?? undefined);
    const { exitCode, ...said } = await asked.report();
    assert.deepEqual(said, report, `${i}: ${name}, ${folder}`);
    counts[report.verdict] = (counts[report.verdict] ?? 0) + 1;
  }
  console.log(JSON.stringify(counts));
  assert.ok(counts.verified >= 12 && counts["not verified"] > 300 && counts.undecided > 4, JSON.stringify(counts));
});

test("EXP-2 a file is read the same in parts of any length, as bytes, and as a file of the platform", async () => {
  for (const { folder, changes, key, evidence, report } of exports.filter(({ name }) => ["whole", "of one patient"].includes(name))) {
    const files = changed(honest.get(folder), changes);
    const head = `${evidence.size}:${evidence.root}`;
    for (const given of [(bytes) => inParts(bytes, 1), (bytes) => inParts(bytes, 1000), (bytes) => new Blob([bytes])]) {
      const parted = new Map([...files].map(([name, bytes]) => [name, given(bytes)]));
      const { verdict, held } = await verifyExport({ files: parted, key, head });
      assert.deepEqual([verdict, held.length], [report.verdict, report.held.length], folder);
    }
  }
});

test("EXP-2 without a head to compare with an export is open, and a file that cannot be read is no verdict", async () => {
  const files = honest.get("csv");
  const { key } = exports[0];
  assert.equal((await verifyExport({ files, key })).undecided.step, "ledger-head");
  const unreadable = async function* () {
    throw new Error("EIO");
  };
  await assert.rejects(verifyExport({ files: new Map([...files, ["leaves.ndjson", unreadable]]), key }), /EIO/);
});

test("EXP-2 memory does not grow with an export: a line that never ends is refused at its bound", async () => {
  const { key } = exports[0];
  let given = 0;
  const endless = async function* () {
    for (;;) {
      given += 1 << 16;
      yield Buffer.alloc(1 << 16, "x");
    }
  };
  const files = new Map([...honest.get("csv"), ["leaves.ndjson", endless]]);
  const { failed } = await verifyExport({ files, key });
  assert.equal(failed.reason, "leaf 0: not a line of leaves");
  assert.match(failed.got, /^leaves\.ndjson, line 1: is too long$/);
  assert.ok(given <= (1 << 21) + (1 << 17), `${given}`);
});

test("SHA-256 and HMAC in parts are those of the platform, for every length up to three blocks and parts of any size", () => {
  for (let length = 0; length <= 192; length++) {
    const bytes = randomBytes(length);
    const want = createHash("sha256").update(bytes).digest("hex");
    assert.equal(Buffer.from(digestOf(bytes)).toString("hex"), want);
    for (const part of [1, 7, 63, 64, 65]) {
      const digest = new Sha256();
      for (let at = 0; at < length; at += part) {
        digest.update(bytes.subarray(at, at + part));
      }
      assert.equal(Buffer.from(digest.digest()).toString("hex"), want);
    }
    const key = randomBytes(32);
    assert.equal(Buffer.from(hmacOf(key, bytes)).toString("hex"), createHmac("sha256", key).update(bytes).digest("hex"));
  }
});
