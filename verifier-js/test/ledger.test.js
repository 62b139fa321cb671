import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { inspect } from "node:util";
import { keccak256 as viemKeccak } from "viem";
import { keccak256 } from "../src/keccak.js";
import { createVerifier, FormatError, verify } from "../src/index.js";
import { HEAD, IDENTITY, NodeAnswers, word } from "./support/node-answers.js";
import { CONTRACT, LOG_ID, patient, SampleLog, sha256, stored } from "./support/sample-log.js";

const PATIENT = patient(1, "Chalmers");
const log = new SampleLog(stored(PATIENT)).fill(99);
const ANCHORED = JSON.stringify(log.proof(0, 70, 80));
const PENDING = JSON.stringify(log.proof(0, 70));
const ledger = { rpc: "https://node.example/v2/secret-key", contract: CONTRACT, logId: `0x${LOG_ID}` };

function ask(node, { proof = ANCHORED, ...more } = {}) {
  return verify({ resource: PATIENT, proof, key: log.key, ledger: { ...ledger, ...more }, fetch: node.fetch });
}

function assertRefused(report, reason) {
  assert.equal(report.verdict, "not verified", JSON.stringify(report));
  assert.equal(report.failed.step, "ledger-head");
  assert.match(report.failed.reason, reason);
}

function assertUndecided(report, missing = /./) {
  assert.equal(report.verdict, "undecided", JSON.stringify(report));
  assert.equal(report.undecided.step, "ledger-head");
  assert.match(report.undecided.missing, missing);
}

test("AR-1 Keccak-256 is viem's, for every length around the block size", () => {
  for (let length = 0; length < 300; length++) {
    const message = Uint8Array.from({ length }, (_, i) => (7 * i + length) % 256);
    assert.equal(`0x${Buffer.from(keccak256(message)).toString("hex")}`, viemKeccak(message), `${length} bytes`);
  }
});

test("VER-1 the ledger's head is the anchored one, read at one block", async () => {
  const node = new NodeAnswers(log, 80);
  const report = await ask(node);
  assert.equal(report.verdict, "verified", JSON.stringify(report));
  assert.deepEqual(report.held.at(-1), { step: "ledger-head", what: "the ledger's head of 80 leaves" });
  assert.deepEqual(report.readAt, { chainId: "31337", block: "100" });
  const reads = node.requests.filter(({ method }) => method === "eth_call");
  assert.deepEqual(reads.map(({ params }) => params[1]), ["0x64", "0x64"]);
});

test("VER-1 the block that the caller names is the one that is read", async () => {
  assert.equal((await ask(new NodeAnswers(log, 80), { block: "finalized" })).readAt.block, "64");
  assert.equal((await ask(new NodeAnswers(log, 80), { block: "17" })).readAt.block, "17");
  assertUndecided(await ask(new NodeAnswers(log, 80), { block: "safe" }), /has no block safe/);
});

test("VER-1 the ledger's head is past the anchored one, whose event is on the ledger", async () => {
  const node = new NodeAnswers(log, 100);
  node.anchored(77n, log.root(80));
  assert.match((await ask(node)).held.at(-1).what, /earlier head on the ledger of 80 leaves, extended since to 100/);
  const elsewhere = new NodeAnswers(log, 100);
  elsewhere.anchored(50n, log.root(80));
  assert.equal((await ask(elsewhere)).verdict, "verified");
  const later = new NodeAnswers(log, 100);
  later.anchored(101n, log.root(80));
  assertRefused(await ask(later), /never had a head of this size/);
});

test("VER-1 a size that the ledger never had, or had with another root, is not verified", async () => {
  assertRefused(await ask(new NodeAnswers(log, 100)), /never had a head of this size/);
  const otherRoot = new NodeAnswers(log, 100);
  otherRoot.anchored(77n, sha256());
  assertRefused(await ask(otherRoot), /an earlier head .* has another root/);
  const rewritten = new NodeAnswers(log, 80);
  rewritten.head(80, sha256());
  assertRefused(await ask(rewritten), /the ledger's head .* has another root/);
  assertRefused(await ask(new NodeAnswers(log, 79)), /behind the anchor/);
  const none = new NodeAnswers(log, 80);
  none.head(0, new Uint8Array(32));
  assertRefused(await ask(none), /behind the anchor/);
});

test("VER-1 another chain, contract, log or key is not verified", async () => {
  const otherChain = new NodeAnswers(log, 80);
  otherChain.chainId = "0x1";
  assertRefused(await ask(otherChain), /another chain/);
  const otherKey = new NodeAnswers(log, 80);
  otherKey.calls.set(IDENTITY + LOG_ID, `0x${"0".repeat(64)}`);
  assertRefused(await ask(otherKey), /belongs to another key/);
  const noContract = new NodeAnswers(log, 80);
  noContract.calls.delete(IDENTITY + LOG_ID);
  const refused = await ask(noContract);
  assertRefused(refused, /belongs to another key/);
  assert.match(refused.failed.got, /no AnchorRegistry stands at/);
  assertRefused(await ask(new NodeAnswers(log, 80), { logId: `0x${"1".repeat(64)}` }), /another log/);
  assertRefused(await ask(new NodeAnswers(log, 80), { contract: `0x${"1".repeat(40)}` }), /another contract/);
});

test("VER-2 a pending proof is undecided, and needs the log id to be looked for", async () => {
  assertUndecided(await ask(new NodeAnswers(log, 80), { proof: PENDING, logId: undefined }), /an anchor/);
  assertUndecided(await ask(new NodeAnswers(log, 80), { proof: PENDING }), /an anchor/);
  assert.equal((await ask(new NodeAnswers(log, 70), { proof: PENDING })).verdict, "verified");
});

test("VER-2 a node that refuses or talks nonsense leaves it undecided", async () => {
  const bodies = [
    "",
    "<html>",
    "[]",
    "{}",
    '{"result":7}',
    '{"result":"0xzz"}',
    '{"error":{"message":"no"}}',
    '{"result":"0x7a69","result":"0x7a69"}',
    `{"result":${"[".repeat(100_000)}`,
    " ".repeat((1 << 20) + 1),
  ];
  for (const body of bodies) {
    assertUndecided(await ask({ fetch: async () => new Response(body) }));
  }
  assertUndecided(await ask({ fetch: async () => new Response("", { status: 500 }) }), /HTTP status 500/);
});

test("VER-2 answers of the contract that are out of shape leave it undecided", async () => {
  for (const answer of ["0x", "0x00", `0x${"f".repeat(256)}`, `0x${"g".repeat(256)}`, "7", 7, null]) {
    const node = new NodeAnswers(log, 80);
    node.calls.set(HEAD + LOG_ID, answer);
    assertUndecided(await ask(node));
  }
  for (const events of [7, [7], [{}], [{ data: "0x" }], [{ data: word(1) }]]) {
    const node = new NodeAnswers(log, 100);
    node.logs = () => events;
    assertUndecided(await ask(node));
  }
});

test("VER-2 a real node that redirects or is gone leaves it undecided, and its key is not told", async () => {
  const server = createServer((_, response) => response.writeHead(302, { location: "https://elsewhere.example" }).end());
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const rpc = `http://127.0.0.1:${server.address().port}/v2/secret-key`;
  const redirected = await verify({ resource: PATIENT, proof: ANCHORED, key: log.key, ledger: { ...ledger, rpc } });
  assertUndecided(redirected, /127\.0\.0\.1: cannot be reached/);
  await new Promise((closed) => server.close(closed));
  const gone = await verify({ resource: PATIENT, proof: ANCHORED, key: log.key, ledger: { ...ledger, rpc } });
  assertUndecided(gone, /127\.0\.0\.1: cannot be reached/);
  assert.doesNotMatch(JSON.stringify([redirected, gone]), /secret-key/);
});

test("VER-1 a proof that fails by itself is asked about nowhere", async () => {
  const node = new NodeAnswers(log, 80);
  const question = { resource: patient(1, "Chalmerz"), proof: ANCHORED, key: log.key, ledger, fetch: node.fetch };
  assert.equal((await verify(question)).failed.step, "content-digest");
  assert.deepEqual(node.requests, []);
  const pinned = { ...question, resource: PATIENT, head: `80:${log.root(80).toString("hex")}` };
  assert.equal((await verify(pinned)).verdict, "verified");
  assert.deepEqual(node.requests, []);
});

test("VER-1 no cookie, referrer or redirect goes with a request, and nothing of the resource", async () => {
  const node = new NodeAnswers(log, 80);
  await ask(node);
  for (const { url, options } of node.requests) {
    assert.equal(url, ledger.rpc);
    const { method, redirect, credentials, referrerPolicy } = options;
    assert.deepEqual([method, redirect, credentials, referrerPolicy], ["POST", "error", "omit", "no-referrer"]);
    assert.doesNotMatch(Buffer.from(options.body).toString(), /Patient|Chalmers/);
  }
});

test("a question that cannot be asked is refused before anything is done", async () => {
  const right = { resource: PATIENT, proof: ANCHORED, key: log.key };
  const wrong = [
    { key: "nonsense" },
    { head: "80" },
    { head: "80:beef" },
    { head: `-1:${"0".repeat(64)}` },
    { head: { size: 80, root: log.root(80) } },
    { head: { size: 80n, root: log.root(80).subarray(1) } },
    { resource: PATIENT.replace("Chalmers", "\ud834") },
    { proof: `${ANCHORED}\udd1e` },
    { ledger: { ...ledger, rpc: "ftp://x" } },
    { ledger: { ...ledger, rpc: "nonsense" } },
    { ledger: { ...ledger, contract: "0x1" } },
    { ledger: { ...ledger, logId: LOG_ID } },
    { ledger: { ...ledger, block: "pending" } },
  ];
  assert.equal((await verify({ ...right, head: { size: 80n, root: log.root(80) } })).verdict, "verified");
  for (const change of wrong) {
    await assert.rejects(verify({ ...right, ...change }), FormatError, inspect(change));
  }
});

test("VER-1 of many versions under one trust, each anchor is asked about once", async () => {
  const node = new NodeAnswers(log, 80);
  const verifier = await createVerifier({ key: log.key, ledger, fetch: node.fetch });
  for (let i = 0; i < 3; i++) {
    assert.equal((await verifier.verify({ resource: PATIENT, proof: ANCHORED })).verdict, "verified");
  }
  assert.equal(node.requests.length, 4);
  assert.equal((await verifier.verify({ resource: PATIENT, proof: JSON.stringify(log.proof(0, 70, 79)) })).verdict, "not verified");
  assert.ok(node.requests.length > 4);
});
