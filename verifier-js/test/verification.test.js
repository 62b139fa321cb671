import assert from "node:assert/strict";
import { test } from "node:test";
import { check, parseKey } from "../src/index.js";
import { vectors } from "./support/vectors.js";

const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));

function evidenceOf({ kind, size, root, anchored, ...more }) {
  return size === undefined
    ? { kind, ...more }
    : { kind, size: BigInt(size), root: bytes(root), anchored: anchored ? bytes(anchored) : undefined };
}

test("VER-1, VER-2 every verification vector gets the report that Java gives it, word by word", async () => {
  const { verifications } = vectors("verifications.json");
  const counts = {};
  for (const { name, resource, proof, key, evidence, report } of verifications) {
    const given = resource === null ? undefined : new Uint8Array(Buffer.from(resource));
    const { exitCode, ...said } = await check(given, Buffer.from(proof), await parseKey(key), evidenceOf(evidence));
    assert.deepEqual(said, report, name);
    counts[report.verdict] = (counts[report.verdict] ?? 0) + 1;
  }
  assert.ok(counts["not verified"] > 3 * counts.verified, JSON.stringify(counts));
});
