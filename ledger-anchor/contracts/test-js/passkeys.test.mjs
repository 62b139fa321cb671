// PEOPLE.md KEY-2: what the registry takes from a passkey and what it refuses, with the P-256 precompile and without.
// The vector file is what the Java tests must find too; UPDATE_VECTORS=1 writes it anew.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { p256 } from "@noble/curves/p256";
import { ContractFunctionRevertedError, bytesToHex, concat, getContractAddress, hashTypedData, hexToBytes, keccak256, size, slice, toHex } from "viem";
import { withAnvil } from "../tools/anvil.mjs";
import { Passkey, PRESENT, verifierOf } from "../tools/passkey.mjs";
import { rootDir } from "../tools/platform.mjs";
import { consentDomain, consentTypes } from "../tools/typed-data.mjs";

const vectorFile = path.join(rootDir, "ledger-anchor/src/test/resources/passkey-vectors.json");
const artefact = path.join(rootDir, "ledger-anchor/src/main/resources/org/fhiranchor/ledger/contracts/ConsentRegistry.json");
const note = "made by ledger-anchor/contracts/test-js/passkeys.test.mjs; the keys are for tests only and known to everybody";
const origin = "https://clinic.example.org";
const site = "clinic.example.org";

// Where anvil's first account puts its first contract.
const registry = getContractAddress({ from: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", nonce: 0n });
const verifier = verifierOf(registry);
const mine = new Passkey(keccak256(toHex("fhir anchor test passkey one")), verifier, site);
const others = new Passkey(keccak256(toHex("fhir anchor test passkey two")), verifier, site);

function grantOf(passkey) {
  const id = keccak256(toHex("consent of a passkey"));
  return { consentId: id, termsHash: keccak256(toHex("terms")), grantor: passkey.address, notBefore: 10n, notAfter: 20n, deadline: 2n ** 256n - 1n };
}

const digestOf = (passkey, chainId = 31337, contract = registry) =>
  hashTypedData({ domain: consentDomain(chainId, contract), types: consentTypes, primaryType: "ConsentGrant", message: grantOf(passkey) });

/** The same signature with these bytes in place of those at an offset behind the signer. */
function patched(signature, offset, bytes) {
  const all = hexToBytes(signature);
  all.set(hexToBytes(bytes), 116 + offset);
  return bytesToHex(all);
}

const word = (value) => toHex(value, { size: 32 });

function cases() {
  const digest = digestOf(mine);
  const good = mine.sign(digest, origin);
  const handed = mine.assertion(digest, origin);
  const upper = { ...handed, signature: { r: handed.signature.r, s: p256.CURVE.n - handed.signature.s } };
  const elsewhere = new Passkey(keccak256(toHex("fhir anchor test passkey one")), "0x00000000000000000000000000000000000000aa", site);
  const zero = new Passkey(keccak256(toHex("fhir anchor test passkey one")), verifier, site);
  zero.signer = concat([verifier, word(0n), word(0n), slice(mine.signer, 84)]);
  zero.address = slice(keccak256(zero.signer), 12);
  const rows = [
    ["as a browser signs it", mine, good],
    ["a key that is backed up", mine, mine.sign(digest, origin, { flags: 0x1d })],
    ["from another origin of the site, which is for the server to refuse", mine, mine.sign(digest, "https://other.clinic.example.org")],
    ["bytes behind it, which nobody reads", mine, concat([good, "0xffff"])],
    ["the user was not verified", mine, mine.sign(digest, origin, { flags: PRESENT })],
    ["nobody was there", mine, mine.sign(digest, origin, { flags: 0x04 })],
    ["backed up, but not eligible for it", mine, mine.sign(digest, origin, { flags: 0x15 })],
    ["another site", mine, mine.sign(digest, origin, { site: others.site.map((byte) => byte ^ 1) })],
    ["a registration", mine, mine.sign(digest, origin, { type: "webauthn.create" })],
    ["another key's", mine, concat([mine.signer, slice(others.sign(digest, origin), 116)])],
    ["another key", mine, others.sign(digest, origin)],
    ["another verifier", elsewhere, elsewhere.sign(digestOf(elsewhere), origin)],
    ["no point of the curve", zero, concat([zero.signer, slice(good, 116)])],
    ["another digest", mine, mine.sign(keccak256(toHex("another")), origin)],
    ["another chain", mine, mine.sign(digestOf(mine, 1), origin)],
    ["another contract", mine, mine.sign(digestOf(mine, 31337, verifier), origin)],
    ["the upper s", mine, mine.encode(upper)],
    ["r of zero", mine, patched(good, 0, word(0n))],
    ["s of zero", mine, patched(good, 32, word(0n))],
    ["s of the order", mine, patched(good, 32, word(p256.CURVE.n))],
    ["a challenge somewhere else", mine, patched(good, 64, word(24n))],
    ["a challenge at the end of numbers", mine, patched(good, 64, word(2n ** 256n - 1n))],
    ["a type somewhere else", mine, patched(good, 96, word(2n))],
    ["a type at the end of numbers", mine, patched(good, 96, word(2n ** 256n - 1n))],
    ["authenticator data past the end", mine, patched(good, 128, word(2n ** 64n))],
    ["authenticator data at the end of numbers", mine, patched(good, 128, word(2n ** 256n - 1n))],
    ["client data past the end", mine, patched(good, 160, word(BigInt(size(good))))],
    ["authenticator data longer than all", mine, patched(good, 192, word(2n ** 255n))],
    ["authenticator data of 36 bytes", mine, patched(good, 192, word(36n))],
    ["nothing behind the signer", mine, mine.signer],
    ...[1, 95, 191, 192, 224, 256].map((length) => [`${length} bytes behind the signer`, mine, slice(good, 0, 116 + length)]),
  ];
  return rows.map(([name, passkey, signature]) => ({ name, grantor: passkey.address, digest: digestOf(passkey), signature, passkey }));
}

const reasonOf = (error) =>
  error.walk((cause) => cause instanceof ContractFunctionRevertedError)?.data?.errorName ?? error.shortMessage;

async function signedOnChain(hardfork) {
  return withAnvil(async ({ accounts: [relayer], reader, writer }) => {
    const { abi, bytecode } = JSON.parse(readFileSync(artefact, "utf8"));
    const hash = await writer(relayer).deployContract({ abi, bytecode });
    const { contractAddress: address } = await reader.waitForTransactionReceipt({ hash });
    assert.equal(address.toLowerCase(), registry.toLowerCase());
    assert.equal(await reader.readContract({ address, abi, functionName: "passkeyVerifier" }), verifier);
    const found = [];
    for (const { name, passkey, signature } of cases()) {
      const call = { account: relayer, address, abi, functionName: "grant", args: [grantOf(passkey), signature] };
      const refusal = await reader.simulateContract(call).then(() => null, reasonOf);
      assert.ok(refusal === null || refusal === "InvalidSignature", `${name}: want InvalidSignature, got ${refusal}`);
      found.push(refusal === null);
    }
    return found;
  }, hardfork);
}

test("KEY-2 the registry finds what the vector file says, with the precompile and without", async () => {
  const found = await signedOnChain("osaka");
  assert.deepEqual(await signedOnChain("cancun"), found);
  const vectors = cases().map(({ name, grantor, digest, signature }, i) => ({ name, grantor, digest, signature, signed: found[i] }));
  const fresh = JSON.stringify({ note, verifier, vectors }, null, 2) + "\n";
  if (process.env.UPDATE_VECTORS === "1") writeFileSync(vectorFile, fresh);
  assert.equal(readFileSync(vectorFile, "utf8"), fresh);
});

test("KEY-2 only the first four count", () => {
  const { vectors } = JSON.parse(readFileSync(vectorFile, "utf8"));
  assert.deepEqual(vectors.map(({ signed }) => signed), vectors.map((_, i) => i < 4));
});
