import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { canonicalJson, canonicalResource, FormatError } from "../src/index.js";
import { vectors } from "./support/vectors.js";

const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
const utf8 = (text) => new Uint8Array(Buffer.from(text));
const text = (canonical) => Buffer.from(canonical).toString();

for (const [kind, canonicalOf] of [
  ["json", canonicalJson],
  ["resource", (input) => canonicalResource(input).bytes],
]) {
  test(`CAN-1 to CAN-6 every ${kind} vector has the form, or the error, that Java gives it`, () => {
    for (const { input, output, error } of vectors("canonical.json")[kind]) {
      const shown = Buffer.from(input, "base64").toString("latin1").slice(0, 200);
      if (error === undefined) {
        assert.deepEqual(Buffer.from(canonicalOf(bytes(input))), Buffer.from(output, "base64"), shown);
      } else {
        assert.throws(() => canonicalOf(bytes(input)), { message: error, constructor: FormatError }, shown);
      }
    }
  });
}

test("CAN-3 numbers keep the digits of the source, and never pass through a double", () => {
  for (const number of ["0", "-0", "1.00", "1.0", "1e5", "1E+05", "9".repeat(400), "1e-999", "9007199254740993"]) {
    assert.equal(text(canonicalJson(utf8(`[ ${number} , {"a": ${number} } ]`))), `[${number},{"a":${number}}]`);
  }
});

test("CAN-2 a member named like a property of every object is a member like any other", () => {
  const json = '{"__proto__":{"a":1},"constructor":2,"hasOwnProperty":3,"toString":4}';
  assert.equal(text(canonicalJson(utf8(json))), json);
  assert.throws(() => canonicalJson(utf8('{"__proto__":1,"\\u005f_proto__":2}')), /duplicate member name/);
});

test("CAN-1 64 MiB is the largest text, depth 256 the deepest", () => {
  const at = new Uint8Array(64 << 20).fill(0x20);
  at[at.length - 1] = 0x37;
  assert.equal(text(canonicalJson(at)), "7");
  assert.throws(() => canonicalJson(new Uint8Array(at.length + 1)), /want at most 67108864 bytes, got 67108865/);
  const deep = "[".repeat(256) + "]".repeat(256);
  assert.equal(text(canonicalJson(utf8(deep))), deep);
  assert.throws(() => canonicalJson(utf8(`[${deep}]`)), /column 257: nested deeper than 256/);
});

test("CAN-2 the canonical form of a canonical form is itself, and nothing is lost, for one in ten of HL7's examples", () => {
  const folder = path.join(import.meta.dirname, "../../node_modules/hl7.fhir.r4.examples");
  const files = readdirSync(folder).filter((file, i) => file.endsWith(".json") && i % 10 === 0);
  assert.ok(files.length > 500);
  for (const file of files) {
    const source = readFileSync(path.join(folder, file));
    const once = canonicalJson(source);
    assert.deepEqual(JSON.parse(text(once)), JSON.parse(source.toString()), file);
    assert.ok(Buffer.from(canonicalJson(once)).equals(Buffer.from(once)), file);
  }
});
