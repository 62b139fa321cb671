import assert from "node:assert/strict";
import { test } from "node:test";
import { AccountingVerification, parseKey, verifyAccounting } from "../src/index.js";
import { evidenceOf, vectors } from "./support/vectors.js";

const { accountings } = vectors("accountings.json");

test("DIS-3, DIS-6 every accounting gets the report that Java gives it, word by word", async () => {
  const counts = {};
  for (const { name, lines, key, evidence, until, tag, report } of accountings) {
    const verification = new AccountingVerification(await parseKey(key), async () => evidenceOf(evidence), until ?? undefined, tag ?? undefined);
    for (const line of lines) {
      await verification.read(Buffer.from(line));
    }
    const { exitCode, ...said } = await verification.report();
    assert.deepEqual(said, report, name);
    counts[report.verdict] = (counts[report.verdict] ?? 0) + 1;
  }
  assert.ok(counts["not verified"] > 3 * counts.verified && counts.verified > 5 && counts.undecided > 2, JSON.stringify(counts));
});

test("DIS-6 a whole file is verified under a head that is known, and is open without one", async () => {
  const { lines, key, evidence } = accountings.find(({ name, report }) => name === "whole" && report.verdict === "verified");
  const file = `${lines.join("\n")}\n`;
  const report = await verifyAccounting({ file, key, head: `${evidence.size}:${evidence.root}` });
  assert.equal(report.verdict, "verified", JSON.stringify(report));
  const open = await verifyAccounting({ file, key });
  assert.equal(open.undecided.step, "ledger-head");
  assert.ok(open.held.some(({ step, what }) => step === "heads" && what.startsWith("disclosure 3 is the newest")));
  const tooLong = await verifyAccounting({ file: `${file}"${"x".repeat(1 << 20)}"\n`, key });
  assert.equal(tooLong.failed.step, "proof-file");
});

test("DIS-6 an accounting of nobody is whose it says under its tag alone", async () => {
  const { lines, key, evidence, tag } = accountings.find(({ name, report }) => name === "of nobody, asked for by a tag" && report.verdict === "verified");
  const question = { file: lines.join("\n"), key, head: `${evidence.size}:${evidence.root}` };
  assert.equal((await verifyAccounting(question)).undecided.step, "accounting");
  assert.equal((await verifyAccounting({ ...question, tag: tag.toUpperCase() })).verdict, "verified");
  assert.equal((await verifyAccounting({ ...question, tag: "0".repeat(64) })).failed.want, "0".repeat(64));
  await assert.rejects(verifyAccounting({ ...question, tag: "875f" }), /tag: want 64 hex digits/);
});

test("DIS-6 a file is read the same in parts of any length, and a line that never ends is refused", async () => {
  const { lines, key, evidence, report } = accountings.find(({ name, report }) => name === "whole" && report.verdict === "verified");
  const file = Buffer.from(lines.join("\n"));
  const head = `${evidence.size}:${evidence.root}`;
  const inParts = (length) =>
    async function* () {
      for (let at = 0; at < file.length; at += length) {
        yield file.subarray(at, at + length);
      }
    };
  for (const given of [inParts(1), inParts(997), new Blob([file])]) {
    const { held, verdict } = await verifyAccounting({ file: given, key, head });
    assert.deepEqual([verdict, held.map(({ what }) => what).slice(0, -1)], ["verified", report.held.map(({ what }) => what).slice(0, -1)]);
  }
  const long = async function* () {
    for (let i = 0; i < 100; i++) {
      yield Buffer.alloc(1 << 16, "x");
    }
  };
  assert.match((await verifyAccounting({ file: long, key, head })).failed.got, /want at most 1048576 bytes, got 1048577/);
});
