import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { verifyExport } from "../src/index.js";
import { seeded } from "./support/random.js";
import { exported, vectors } from "./support/vectors.js";

const ALTERATIONS = 1000;
const SEED = 20261129;
const NAMED = /leaf [0-9]+|, line [0-9]+|manifest|ndjson|csv|prov\.json|counts|disclosure [0-9]+|heads|the first line|accounting/

const { folders, exports } = vectors("exports.json");
const honest = ["ndjson", "csv", "prov", "patient ndjson", "patient csv"].map((name) => {
  const { key, evidence } = exports.find(({ folder, changes }) => folder === name && changes.length === 0);
  const files = exported(folders.find((folder) => folder.name === name).files);
  return { name, files, trust: { key, head: `${evidence.size}:${evidence.root}` } };
});

test("EXP-2 the folders that the alterations start from are verified", async () => {
  for (const { name, files, trust } of honest) {
    assert.equal((await verifyExport({ files, ...trust })).verdict, "verified", name);
  }
});

test(`EXP-2 of ${ALTERATIONS} random alterations of exported folders ${ALTERATIONS} are found and named`, async () => {
  const random = seeded(SEED);
  const failedAt = {};
  for (let i = 0; i < ALTERATIONS; i++) {
    const { name, files, trust } = honest[i % honest.length];
    const altered = new Map(files);
    const what = `alteration ${i} of ${name}: ${alter(altered, random)}`;
    const { verdict, failed } = await verifyExport({ files: altered, ...trust });
    assert.equal(verdict, "not verified", what);
    assert.match(`${failed.reason} ${failed.want} ${failed.got}`, NAMED, what);
    failedAt[failed.step] = (failedAt[failed.step] ?? 0) + 1;
  }
  console.log(JSON.stringify(failedAt));
  for (const step of ["export-manifest", "export-leaves", "export-records"]) {
    assert.ok(failedAt[step] > 0, `${step} found some`);
  }
});

/** Changes one file, adds one, or takes one away; says what. */
function alter(files, random) {
  const name = random.of([...files.keys()]);
  const before = files.get(name);
  let [what, after] = altered(before, random);
  while (before.equals(after)) {
    [what, after] = altered(before, random);
  }
  const kind = random.below(20);
  if (kind === 0) {
    files.delete(name);
    return `without ${name}`;
  }
  if (kind === 1) {
    files.set("more.ndjson", before);
    return "a file more";
  }
  files.set(name, after);
  if (kind < 5 && !name.startsWith("manifest")) {
    // The manifest is edited as well, by somebody without the key.
    const manifest = files.get("manifest.json").toString();
    files.set("manifest.json", Buffer.from(manifest.replace(sha256(before), sha256(after))));
  }
  return `${name}: ${what}`;
}

function altered(before, random) {
  const lines = before.toString().split(/(?<=\n)/);
  const [at, other, place] = [random.below(lines.length), random.below(lines.length), random.below(before.length)];
  const text = (changed) => Buffer.from(changed.join(""));
  switch (random.below(7)) {
    case 0:
      return [`line ${at} dropped`, text(lines.toSpliced(at, 1))];
    case 1:
      return [`line ${at} twice`, text(lines.toSpliced(at, 0, lines[at]))];
    case 2:
      return [`lines ${at} and ${other} swapped`, text(lines.with(at, lines[other]).with(other, lines[at]))];
    case 3:
      return ["cut", before.subarray(0, place)];
    case 4:
      return ["a byte more", Buffer.concat([before, Buffer.from(random.of(["\n", "x"]))])];
    default: {
      const changed = Buffer.from(before);
      changed[place] ^= 1 << random.below(7);
      return [`byte ${place} changed`, changed];
    }
  }
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
