import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { base64 } from "../src/bytes.js";
import { parseCheckpoint, whyNotSigned } from "../src/checkpoint.js";
import { verifiesEd25519 } from "../src/crypto.js";
import { FormatError, parseKey } from "../src/index.js";
import { SampleLog } from "./support/sample-log.js";

const GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_LINE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";

const log = new SampleLog().fill(42);
const note = log.checkpoint(42);
const utf8 = (text) => new Uint8Array(Buffer.from(text));

test("CP-1 keys and signatures are those of Go's sumdb/note", async () => {
  const key = await parseKey(GO_KEY);
  assert.equal(key.text, GO_KEY);
  const signature = new Uint8Array(Buffer.from(GO_LINE, "base64").subarray(4));
  assert.equal(await verifiesEd25519(key.typed.subarray(1), signature, utf8(GO_TEXT)), true);
  assert.equal(await verifiesEd25519(key.typed.subarray(1), signature, utf8(`${GO_TEXT} `)), false);
  assert.equal(await verifiesEd25519(key.typed.subarray(1), signature.subarray(1), utf8(GO_TEXT)), false);
});

test("CP-1 signatures by others are ignored; a known one that fails refuses all", async () => {
  const key = await parseKey(log.key);
  const stranger = `\u2014 witness.example ${base64(new Uint8Array(100))}\n`;
  assert.equal(await whyNotSigned(parseCheckpoint(note), key), undefined);
  assert.equal(await whyNotSigned(parseCheckpoint(note + stranger), key), undefined);
  const other = sign(null, Buffer.from("another text"), log.privateKey);
  const forged = `\u2014 ${key.name} ${Buffer.concat([log.keyId, other]).toString("base64")}\n`;
  assert.equal((await whyNotSigned(parseCheckpoint(note + forged), key)).reason, "the signature does not fit the text");
  const text = note.slice(0, note.indexOf("\n\n") + 2);
  assert.equal((await whyNotSigned(parseCheckpoint(text + stranger), key)).reason, "no signature by the expected key");
});

test("CP-1 a public key whose id is not its own, or whose name is no name, is refused", async () => {
  const wrong = [
    "",
    "name",
    "name+00000000",
    `${log.key}A`,
    log.key.replace("log.", "lag."),
    GO_KEY.replace("c74f20a3", "c74f20a4"),
    GO_KEY.replace("+ARpc", "+Ahpc"),
    GO_KEY.replace("PeterNeumann", "Peter Neumann"),
    GO_KEY.replace("PeterNeumann", ""),
    GO_KEY.replace("PeterNeumann", "x".repeat(256)),
  ];
  for (const text of wrong) {
    await assert.rejects(parseKey(text), FormatError, text);
  }
});

test("CP-1 a public key that is no point of the curve signs nothing", async () => {
  const noPoint = new Uint8Array(32).fill(0xff);
  const { privateKey } = generateKeyPairSync("ed25519");
  const signature = new Uint8Array(sign(null, utf8("text"), privateKey));
  assert.equal(await verifiesEd25519(noPoint, signature, utf8("text")), false);
});
