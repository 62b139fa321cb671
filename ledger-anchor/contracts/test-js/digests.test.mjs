// CONSENT.md CR-5: the digests of viem, which the Java and the Solidity tests must reach too. The vector file is
// compared by default; UPDATE_VECTORS=1 writes it anew.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { domainSeparator, getAddress, hashStruct, hashTypedData, keccak256, recoverTypedDataAddress, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { withAnvil } from "../tools/anvil.mjs";
import { rootDir } from "../tools/platform.mjs";
import { consentDomain, consentTypes } from "../tools/typed-data.mjs";

const vectorFile = path.join(rootDir, "ledger-anchor/src/test/resources/eip712-vectors.json");
const artefact = path.join(rootDir, "ledger-anchor/src/main/resources/org/fhiranchor/ledger/contracts/ConsentRegistry.json");

const maxUint64 = 2n ** 64n - 1n;
const maxUint256 = 2n ** 256n - 1n;
const zero32 = `0x${"00".repeat(32)}`;
const ones32 = `0x${"ff".repeat(32)}`;
const contracts = ["0x5FbDB2315678afecb367f032d93F642f64180aa3", getAddress("0x00000000000000000000000000000000000000ff")];

const note = "made by ledger-anchor/contracts/test-js/digests.test.mjs; the keys are for tests only and known to everybody";

const keys = ["one", "two"].map((name) => keccak256(toHex(`fhir anchor test key ${name}`)));
const accounts = keys.map((key) => privateKeyToAccount(key));
const id = (name) => keccak256(toHex(`consent ${name}`));
const terms = (name) => keccak256(toHex(`terms ${name}`));

function grantOf(signer, message) {
  return { primaryType: "ConsentGrant", signer, message: { ...message, grantor: accounts[signer].address } };
}

function revocationOf(signer, message) {
  return { primaryType: "ConsentRevocation", signer, message: { ...message, grantor: accounts[signer].address } };
}

function bindingOf(signer, message) {
  return { primaryType: "KeyBinding", signer, message: { ...message, key: accounts[signer].address } };
}

const year = { notBefore: 1_800_000_000n, notAfter: 1_831_536_000n };
const cases = [
  ["grant for a year", 31337, 0, grantOf(0, { consentId: id("a"), termsHash: terms("a"), ...year, deadline: 1_800_003_600n })],
  ["grant without bounds", 31337, 0, grantOf(0, { consentId: id("b"), termsHash: terms("b"), notBefore: 0n, notAfter: maxUint64, deadline: maxUint256 })],
  ["grant of all zeros", 31337, 0, grantOf(0, { consentId: zero32, termsHash: zero32, notBefore: 0n, notAfter: 0n, deadline: 0n })],
  ["grant of all ones", 31337, 0, grantOf(0, { consentId: ones32, termsHash: ones32, notBefore: maxUint64, notAfter: maxUint64, deadline: maxUint256 })],
  ["grant by another key", 31337, 0, grantOf(1, { consentId: id("a"), termsHash: terms("a"), ...year, deadline: 1_800_003_600n })],
  ["grant on another chain", 1, 0, grantOf(0, { consentId: id("a"), termsHash: terms("a"), ...year, deadline: 1_800_003_600n })],
  ["grant at another contract", 31337, 1, grantOf(0, { consentId: id("a"), termsHash: terms("a"), ...year, deadline: 1_800_003_600n })],
  ["grant on a chain with a large id", 4_294_967_296_001, 0, grantOf(0, { consentId: id("c"), termsHash: terms("c"), ...year, deadline: 1_800_003_600n })],
  ["revocation", 31337, 0, revocationOf(0, { consentId: id("a"), deadline: 1_800_003_600n })],
  ["revocation without a deadline", 31337, 0, revocationOf(0, { consentId: id("a"), deadline: maxUint256 })],
  ["revocation by another key", 31337, 0, revocationOf(1, { consentId: id("a"), deadline: 1_800_003_600n })],
  ["revocation on another chain", 1, 0, revocationOf(0, { consentId: id("a"), deadline: 1_800_003_600n })],
  ["revocation at another contract", 31337, 1, revocationOf(0, { consentId: id("a"), deadline: 1_800_003_600n })],
  ["key binding", 31337, 0, bindingOf(0, { subject: keccak256(toHex("subject")), deadline: 1_800_003_600n })],
  ["key binding of another key", 31337, 0, bindingOf(1, { subject: keccak256(toHex("subject")), deadline: 1_800_003_600n })],
  ["key binding of a zero subject, no deadline", 31337, 0, bindingOf(0, { subject: zero32, deadline: maxUint256 })],
  ["key binding on another chain", 1, 0, bindingOf(0, { subject: keccak256(toHex("subject")), deadline: 1_800_003_600n })],
  ["key binding at another contract", 31337, 1, bindingOf(0, { subject: keccak256(toHex("subject")), deadline: 1_800_003_600n })],
].map(([name, chainId, contract, rest]) => ({ name, domain: consentDomain(chainId, contracts[contract]), ...rest }));

/** One row of the vector file; numbers as decimal strings, since uint64 and uint256 do not fit JSON numbers. */
async function vectorOf({ name, domain, primaryType, signer, message }) {
  const typed = { domain, types: consentTypes, primaryType, message };
  return {
    name,
    primaryType,
    domain: { ...domain, chainId: String(domain.chainId) },
    message: Object.fromEntries(Object.entries(message).map(([field, value]) => [field, String(value)])),
    domainSeparator: domainSeparator({ domain }),
    structHash: hashStruct({ types: consentTypes, primaryType, data: message }),
    digest: hashTypedData(typed),
    privateKey: keys[signer],
    signer: accounts[signer].address,
    signature: await accounts[signer].signTypedData(typed),
  };
}

test("CR-5 the digests in the vector file are those of viem", async () => {
  const fresh = JSON.stringify({ note, vectors: await Promise.all(cases.map(vectorOf)) }, null, 2) + "\n";
  if (process.env.UPDATE_VECTORS === "1") writeFileSync(vectorFile, fresh);
  assert.equal(readFileSync(vectorFile, "utf8"), fresh);
});

test("CR-5 every vector has a digest and a signature of its own", async () => {
  const { vectors } = JSON.parse(readFileSync(vectorFile, "utf8"));
  for (const field of ["digest", "signature"]) {
    assert.equal(new Set(vectors.map((vector) => vector[field])).size, vectors.length, field);
  }
});

test("CR-5 every signature recovers to its signer", async () => {
  for (const { domain, primaryType, signer, message } of cases) {
    const typed = { domain, types: consentTypes, primaryType, message };
    const signature = await accounts[signer].signTypedData(typed);
    assert.equal(await recoverTypedDataAddress({ ...typed, signature }), accounts[signer].address);
  }
});

test("CR-2 the registry on a chain takes what a wallet signs for the domain it states", async () => {
  await withAnvil(async ({ accounts: [relayer, patient], reader, writer }) => {
    const { abi, bytecode } = JSON.parse(readFileSync(artefact, "utf8"));
    const mined = (hash) => reader.waitForTransactionReceipt({ hash });
    const { contractAddress: address } = await mined(await writer(relayer).deployContract({ abi, bytecode }));
    const read = (functionName, args) => reader.readContract({ address, abi, functionName, args });
    const { domain } = await reader.getEip712Domain({ address });
    assert.deepEqual(
      { ...domain, chainId: BigInt(domain.chainId), verifyingContract: getAddress(domain.verifyingContract) },
      { ...consentDomain(31337, getAddress(address)), salt: domain.salt },
    );

    const grantor = patient.address;
    const g = { consentId: id("d"), termsHash: terms("d"), grantor, ...year, deadline: maxUint256 };
    const grantDigest = hashTypedData({ domain: consentDomain(31337, address), types: consentTypes, primaryType: "ConsentGrant", message: g });
    assert.equal(await read("grantDigest", [g]), grantDigest);
    const signature = await patient.sign({ hash: grantDigest });
    await mined(await writer(relayer).writeContract({ address, abi, functionName: "grant", args: [g, signature] }));
    assert.equal((await read("stateOf", [grantor, g.consentId]))[0], 1);
    assert.equal(await read("isGranted", [grantor, g.consentId, g.termsHash, g.notBefore, g.notAfter]), true);

    await mined(await writer(patient).writeContract({ address, abi, functionName: "revoke", args: [g.consentId] }));
    assert.equal((await read("stateOf", [grantor, g.consentId]))[0], 2);
  });
});
