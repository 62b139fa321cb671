import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeAbiParameters, keccak256, toHex } from "viem";
import { parseKey, verifyAccounting, verifyExport } from "../src/index.js";
import { HEAD, IDENTITY, word } from "./support/node-answers.js";
import { exported, vectors } from "./support/vectors.js";

/** What an anchor only tells: the Java verifier does not check it either (`AccountingTest`), and docs/verify says so. */
const TOLD = new Set(["blockNumber", "blockHash", "transactionHash", "finality"]);

const ANCHOR = /"anchor":(\{[^}]*\})/g;

/** The line with one detail of its anchor changed, for every detail and some other values of it. */
function* changes(line) {
  for (const { 0: member, 1: text, index } of line.matchAll(ANCHOR)) {
    const anchor = JSON.parse(text);
    for (const [name, value] of Object.entries(anchor)) {
      for (const other of others(value)) {
        const changed = `"anchor":${JSON.stringify({ ...anchor, [name]: other })}`;
        yield { name, other, line: line.slice(0, index) + changed + line.slice(index + member.length) };
      }
    }
  }
}

function others(value) {
  if (typeof value === "number") {
    return [value + 1, value - 1, 0, Number.MAX_SAFE_INTEGER, `${value}`, null];
  }
  const flipped = (at) => value.slice(0, at) + (value[at] === "a" ? "b" : "a") + value.slice(at + 1);
  return [flipped(5), flipped(value.length - 2), value.slice(0, -1), `${value}0`, "", null];
}

/** A ledger that has the anchor, and goes on after it. */
function ledgerOf({ chainId, contract, logId, size, root, blockNumber }, key, { size: newest, root: newestRoot }) {
  const id = logId.slice(2);
  const identity = keccak256(encodeAbiParameters([{ type: "string" }, { type: "bytes" }], [key.name, toHex(key.typed)]));
  const head = `0x${word(newest)}${newestRoot}${word(blockNumber + 5)}${word(1)}`;
  const views = new Map([[IDENTITY + id, identity], [HEAD + id, head]]);
  const event = { data: `0x${Buffer.from(root, "base64").toString("hex")}${word(1)}` };
  const answers = {
    eth_chainId: () => toHex(chainId),
    eth_getBlockByNumber: () => ({ number: toHex(blockNumber + 10) }),
    eth_call: ([{ to, data }]) => (to === contract ? (views.get(data) ?? `0x${word(0)}`) : "0x"),
    eth_getLogs: ([{ topics, fromBlock, toBlock }]) =>
      topics[2] === `0x${word(size)}` && BigInt(fromBlock) <= blockNumber && BigInt(toBlock) >= blockNumber ? [event] : [],
  };
  return async (_, { body }) => {
    const { method, params } = JSON.parse(Buffer.from(body).toString());
    return new Response(JSON.stringify({ jsonrpc: "2.0", id: 1, result: answers[method](params) }));
  };
}

test("DIS-6 of an accounting up to then, no detail of an anchor can be changed but what is only told", async () => {
  const { accountings } = vectors("accountings.json");
  const { lines, evidence, until, ...given } = accountings.find(({ name }) => name === "of before, until well before then");
  const key = await parseKey(given.key);
  const anchor = JSON.parse(lines[0].matchAll(ANCHOR).next().value[1]);
  const fetch = ledgerOf(anchor, key, evidence);
  for (const logId of [undefined, anchor.logId]) {
    const ledger = { rpc: "https://node.example", contract: anchor.contract, logId };
    const ask = (file) => verifyAccounting({ file: file.join("\n"), key, ledger, until, fetch });
    assert.equal((await ask(lines)).verdict, "verified");
    assert.equal((await verifyAccounting({ file: lines.join("\n"), key, ledger, fetch })).verdict, "undecided");
    let refused = 0;
    for (const [at, line] of lines.entries()) {
      for (const { name, other, line: changed } of changes(line)) {
        const { verdict } = await ask(lines.with(at, changed));
        assert.ok(verdict === "not verified" || (TOLD.has(name) && verdict === "verified"), `line ${at}: ${name} ${other}`);
        refused += verdict === "not verified" ? 1 : 0;
      }
    }
    assert.ok(refused > 60, `${refused}`);
  }
});

test("EXP-2 of an export, no detail of an anchor can be changed, nor what is only told", async () => {
  const { folders, exports } = vectors("exports.json");
  let tried = 0;
  for (const folder of ["old", "csv", "patient ndjson", "patient csv"]) {
    const { key, evidence } = exports.find(({ folder: of, changes, report }) => of === folder && changes.length === 0 && report.verdict === "verified");
    const files = exported(folders.find(({ name }) => name === folder).files);
    const asked = { key, head: `${evidence.size}:${evidence.root}`, until: "2026-01-31T22:59:59.123Z" };
    assert.equal((await verifyExport({ files, ...asked })).verdict, "verified", folder);
    for (const [file, bytes] of files) {
      for (const { name, other, line } of changes(bytes.toString())) {
        const { verdict } = await verifyExport({ files: new Map(files).set(file, Buffer.from(line)), ...asked });
        assert.equal(verdict, "not verified", `${folder}, ${file}: ${name} ${other}`);
        tried++;
      }
    }
  }
  assert.ok(tried > 400, `${tried}`);
});
