import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { main } from "../src/command-line.js";
import { deleted, patient, SampleLog, stored } from "./support/sample-log.js";
import { vectors } from "./support/vectors.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "verify-"));
const PATIENT = patient(1, "Chalmers");
const log = new SampleLog(stored(PATIENT), deleted(2)).fill(98);
const head = `80:${log.root(80).toString("hex")}`;
const resource = write("patient.json", PATIENT);
const proof = write("patient.proof", anchored(0));
const trust = ["--key", log.key, "--head", head];

after(() => rmSync(folder, { recursive: true }));

function write(name, text) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function anchored(leaf) {
  return JSON.stringify(log.proof(leaf, 70, 80));
}

async function run(...args) {
  const said = { out: "", err: "" };
  const into = (name) => ({ write: (text) => (said[name] += text) });
  return { code: await main(args, into("out"), into("err")), ...said };
}

test("VER-2 a pinned head, in hex or base64, verifies: exit code 0, every step ticked", async () => {
  const root = log.root(80);
  for (const spelled of [root.toString("hex"), `0x${root.toString("hex")}`, root.toString("base64")]) {
    const { code, out, err } = await run(resource, proof, "--key", log.key, "--head", `80:${spelled}`);
    assert.match(out, /\u2713 proof-file[^]*\u2713 content-digest[^]*\u2713 ledger-head[^]*VERIFIED\n$/);
    assert.deepEqual([code, err], [0, ""]);
  }
});

test("VER-2 the command itself ends with the exit code", () => {
  const command = path.join(import.meta.dirname, "../bin/fhir-anchor-verify.js");
  const changed = write("changed.json", patient(1, "Chalmerz"));
  for (const [file, code] of [[resource, 0], [changed, 1], [path.join(folder, "none"), 2]]) {
    assert.equal(spawnSync(process.execPath, [command, file, proof, ...trust]).status, code, file);
  }
  assert.equal(spawnSync(process.execPath, [command, resource, proof, "--key", log.key]).status, 3);
});

test("VER-2 a changed resource: exit code 1, both values and what that means", async () => {
  const { code, out } = await run(write("changed.json", patient(1, "Chalmerz")), proof, ...trust);
  assert.equal(code, 1);
  assert.match(out, /\u2717 content-digest[^]*wanted: [^]*got: [^]*The resource was changed[^]*NOT VERIFIED\n$/);
});

test("VER-2 nothing to compare the head with: exit code 3 and what is still missing", async () => {
  const { code, out } = await run(resource, proof, "--key", log.key, "--json");
  assert.equal(code, 3);
  assert.deepEqual(Object.keys(JSON.parse(out)), ["verdict", "exitCode", "held", "undecided"]);
});

test("VER-1 a deleted version is verified without a resource", async () => {
  const gone = write("deleted.proof", anchored(1));
  assert.equal((await run("--deleted", gone, ...trust)).code, 0);
  assert.equal((await run(resource, gone, ...trust)).code, 1);
  assert.equal((await run("--deleted", proof, ...trust)).code, 3);
});

test("VER-2 a folder of versions: each for itself, the worst decides, the failed one is named", async () => {
  write("many/a.json", PATIENT);
  write("many/a.proof.json", anchored(0));
  write("many/b.proof.json", anchored(1));
  const many = path.join(folder, "many");
  assert.match((await run("resources", many, ...trust)).out, /\u2713 a\n {2}\u2713 b\nVERIFIED 2 of 2\n$/);
  write("many/c.json", patient(1, "Chalmerz"));
  write("many/c.proof.json", anchored(0));
  const { code, out } = await run("resources", many, ...trust);
  assert.equal(code, 1);
  assert.match(out, /c\n {2}\u2717 content-digest[^]*NOT VERIFIED 2 of 3\n$/);
  const { verdict, verified, versions } = JSON.parse((await run("resources", many, ...trust, "--json")).out);
  assert.deepEqual([verdict, verified, versions[2].name], ["not verified", 2, "c"]);
});

test("VER-2 wrong usage and unreadable input: exit code 2, and what was wanted", async () => {
  mkdirSync(path.join(folder, "empty"));
  write("lonely/1.json", PATIENT);
  const wrong = [
    [/--key: want the log's public key/, []],
    [/want RESOURCE.json PROOF.json, got 0 names/, ["--key", log.key]],
    [/Unknown option '--kee'/, [resource, proof, "--kee", log.key]],
    [/--key: want it once/, [resource, proof, "--key", log.key, "--key", log.key]],
    [/verifier key: want/, [resource, proof, "--key", "nonsense"]],
    [/head: want SIZE:ROOT/, [resource, proof, "--key", log.key, "--head", "80"]],
    [/--rpc and --contract go together/, [resource, proof, "--key", log.key, "--rpc", "http://localhost"]],
    [/cannot read .*none: ENOENT/, [path.join(folder, "none"), proof, ...trust]],
    [/cannot read folder/, ["resources", path.join(folder, "none"), ...trust]],
    [/no proof file in it/, ["resources", path.join(folder, "empty"), ...trust]],
    [/1\.json has no \.proof\.json beside it/, ["resources", path.join(folder, "lonely"), ...trust]],
  ];
  for (const [message, args] of wrong) {
    const { code, out, err } = await run(...args);
    assert.match(err, message);
    assert.deepEqual([code, out], [2, ""]);
  }
  const help = await run("--help");
  assert.equal(help.code, 0);
  assert.match(help.out, /--head SIZE:ROOT[^]*3 undecided/);
});

test("VER-4 hostile files end with a clear error, and nothing of them reaches the terminal", async () => {
  const right = anchored(0);
  const hostile = [
    "",
    "\u0000",
    "[".repeat(100_000),
    `{"format":${'{"a":'.repeat(10_000)}`,
    `{"inclusionProof":[${'"AAAA",'.repeat(1_000_000)}1]}`,
    right.replace(/"leafIndex":\d+/, `"leafIndex":${"9".repeat(50_000)}`),
    right.replace(/"size":\d+/, '"size":9223372036854775807'),
    right.replace("finalized", "\u001b[2J\u202e"),
  ];
  for (const text of hostile) {
    const { code, out } = await run(resource, write("hostile.proof", text), ...trust);
    assert.equal(code, 1);
    assert.doesNotMatch(out, /[\u001b\u202e]/u);
    assert.ok(out.length < 4000);
  }
  const deep = write("deep.json", "[".repeat(1_000_000));
  assert.match((await run(deep, proof, ...trust)).out, /\u2717 canonical-form/);
});

const { folders, exports } = vectors("exports.json");
const { accountings } = vectors("accountings.json");

function exportFolder(name, of, more = {}) {
  const { files } = folders.find((folder) => folder.name === of);
  Object.entries({ ...files, ...more }).forEach(([file, text]) => text === null || write(`${name}/${file}`, text));
  return path.join(folder, name);
}

test("EXP-2 a folder of an export: verified, a line changed, a file missing, no head, and wrong usage, with their exit codes", async () => {
  const { key, evidence } = exports.find(({ name, folder: of }) => name === "whole" && of === "csv");
  const known = ["--key", key, "--head", `${evidence.size}:${evidence.root}`];
  const whole = exportFolder("export", "csv");
  const verified = await run("export", whole, ...known);
  assert.match(verified.out, /\u2713 export-manifest[^]*\u2713 export-leaves[^]*\u2713 export-records[^]*\u2713 ledger-head[^]*VERIFIED\n$/);
  assert.deepEqual([verified.code, verified.err], [0, ""]);
  assert.equal((await run("export", whole, ...known, "--until", "2026-01-31T00:00:00Z")).code, 0);
  const { files } = folders.find(({ name }) => name === "csv");
  const changed = exportFolder("changed-export", "csv", { "records.csv": files["records.csv"].replace("Practitioner/1", "Practitioner/9") });
  const no = await run("export", changed, ...known);
  assert.equal(no.code, 1);
  assert.match(no.out, /\u2717 export-records +records\.csv, line \d+: not what leaf \d+ says[^]*wanted: [^]*got: [^]*A line of the export/);
  const cut = await run("export", exportFolder("cut-export", "csv", { "leaves.ndjson": null }), ...known, "--json");
  assert.equal(JSON.parse(cut.out).failed.want, "leaves.ndjson");
  assert.equal((await run("export", whole, "--key", key)).code, 3);
  for (const [message, args] of [
    [/cannot read folder .*none: ENOENT/, ["export", path.join(folder, "none"), ...known]],
    [/want export FOLDER, got 2 names/, ["export", whole, whole, ...known]],
    [/--until: want an instant like/, ["export", whole, ...known, "--until", "March"]],
    [/--tag goes with accounting FILE/, ["resources", whole, ...known, "--tag", "0".repeat(64)]],
    [/--until goes with accounting FILE and with export FOLDER/, ["resources", whole, ...known, "--until", "2026-01-31T00:00:00Z"]],
  ]) {
    const { code, err } = await run(...args);
    assert.match(err, message);
    assert.equal(code, 2);
  }
  mkdirSync(path.join(folder, "cut-export/leaves.ndjson"));
  const unreadable = await run("export", path.join(folder, "cut-export"), ...known);
  assert.deepEqual([unreadable.code, /cannot read .*leaves\.ndjson: EISDIR/.test(unreadable.err)], [2, true]);
});

test("DIS-6 an accounting: verified, one line removed, no head, and no file, with their exit codes", async () => {
  const { key, evidence, lines } = accountings.find(({ name, report }) => name === "whole" && report.verdict === "verified");
  const known = ["--key", key, "--head", `${evidence.size}:${evidence.root}`];
  const whole = write("accounting.ndjson", lines.join("\n"));
  const verified = await run("accounting", whole, ...known);
  assert.match(verified.out, /\u2713 accounting[^]*\u2713 heads +disclosure 3 is the newest[^]*VERIFIED\n$/);
  assert.equal(verified.code, 0);
  const gap = await run("accounting", write("gap.ndjson", lines.toSpliced(2, 1).join("\n")), ...known);
  assert.match(gap.out, /wanted: disclosure 2/);
  assert.equal(gap.code, 1);
  assert.equal((await run("accounting", write("long.ndjson", "{".repeat(3 << 20)), ...known)).code, 1);
  assert.equal((await run("accounting", write("none.ndjson", ""), ...known)).code, 1);
  const { tag } = accountings.find(({ name, report }) => name === "asked for by a tag" && report.verdict === "verified");
  for (const [given, code] of [
    [tag, 0],
    ["0".repeat(64), 1],
    ["875f", 2],
  ]) {
    assert.equal((await run("accounting", whole, ...known, "--tag", given)).code, code, given);
  }
  const open = await run("accounting", whole, "--key", key);
  assert.equal(open.code, 3);
  assert.match(open.out, /still missing: the ledger's head: name a ledger node and its contract \(--rpc, --contract\), or a head that you know \(--head\)\n/);
  const none = await run("accounting", path.join(folder, "none"), ...known);
  assert.deepEqual([none.code, /cannot read .*none: ENOENT/.test(none.err)], [2, true]);
});
