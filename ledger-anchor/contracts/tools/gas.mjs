// Gas of every transaction that a server or a patient sends, as real transactions on anvil: base cost and calldata
// included. Keys, contract addresses, inputs and so the figures are the same on every run.
//   node tools/gas.mjs           measures and writes .gas-snapshot
//   node tools/gas.mjs --check   measures; exit 1 when a figure differs from the snapshot
// Either way a figure above its limit (LOG.md AR-4, CONSENT.md CR-4) ends with exit 1.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { hashTypedData, keccak256, toHex } from "viem";
import { withAnvil } from "./anvil.mjs";
import { contractsDir, rootDir } from "./platform.mjs";
import { Passkey, verifierOf } from "./passkey.mjs";
import { consentDomain, consentTypes } from "./typed-data.mjs";
import { consistency, root } from "./tree.mjs";

const snapshotFile = path.join(contractsDir, ".gas-snapshot");
const limits = {
  "anchor 5000 to 69999, 15 hashes": 62_000n,
  "anchor 65536 to 131072, 1 hash": 41_000n,
  "grant, relayed": 80_000n,
  "revoke, relayed": 48_000n,
  "revoke, direct": 37_000n,
  "grant by passkey, with the precompile": 120_000n,
  "revoke by passkey, with the precompile": 95_000n,
};
const artefact = (name) =>
  JSON.parse(readFileSync(path.join(rootDir, "ledger-anchor/src/main/resources/org/fhiranchor/ledger/contracts", `${name}.json`)));

/** Deploys and calls on one chain; the gas of every call that has a label is kept. */
function meter({ accounts: [operator], reader, writer }, figures) {
  async function mined(label, hash) {
    const receipt = await reader.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`${label}: want success, got ${receipt.status}`);
    if (label) figures[label] = receipt.gasUsed;
    return receipt;
  }

  return async (label, name) => {
    const { abi, bytecode } = artefact(name);
    const hash = await writer(operator).deployContract({ abi, bytecode });
    const { contractAddress: address } = await mined(label, hash);
    return async (label, account, functionName, args) =>
      mined(label, await writer(account).writeContract({ address, abi, functionName, args })).then(() => address);
  };
}

async function measure(chain) {
  const { accounts: [operator, patient], reader } = chain;
  const figures = {};
  const deployed = meter(chain, figures);
  const deploy = (name) => deployed(`deploy ${name}`, name);

  const anchors = await deploy("AnchorRegistry");
  const key = `0x01${keccak256(toHex("verifier key")).slice(2)}`;
  async function log(origin, sizes) {
    const logId = await logIdOf(operator.address, origin, key);
    await anchors(sizes.register, operator, "register", [origin, key]);
    const steps = Object.entries(sizes.steps);
    let from = 0;
    for (const [to, label] of steps.map(([size, name]) => [Number(size), name])) {
      const proof = from === 0 ? [] : consistency(from, to);
      await anchors(label, operator, "anchor", [logId, BigInt(from), BigInt(to), root(to), proof]);
      from = to;
    }
  }
  await log("log.example.org/fhir", {
    register: "register",
    steps: { 5000: "anchor, first", 69999: "anchor 5000 to 69999, 15 hashes", 70000: "anchor 69999 to 70000" },
  });
  await log("log.example.org/powers", { steps: { 65536: undefined, 131072: "anchor 65536 to 131072, 1 hash" } });

  const consents = await deploy("ConsentRegistry");
  const address = await consents(undefined, operator, "revoke", [keccak256(toHex("unrelated"))]);
  const domain = consentDomain(await reader.getChainId(), address);
  const sign = (primaryType, message) => patient.signTypedData({ domain, types: consentTypes, primaryType, message });
  const grantor = patient.address;
  const deadline = 4_000_000_000n;

  async function grant(label, name) {
    const consentId = keccak256(toHex(name));
    const termsHash = keccak256(toHex(`terms of ${name}`));
    const g = { consentId, termsHash, grantor, notBefore: 1_800_000_000n, notAfter: 1_831_536_000n, deadline };
    await consents(label, operator, "grant", [g, await sign("ConsentGrant", g)]);
    return consentId;
  }
  async function revokeRelayed(label, consentId) {
    const r = { consentId, grantor, deadline };
    await consents(label, operator, "revokeBySignature", [r, await sign("ConsentRevocation", r)]);
  }
  await grant(undefined, "the first of all");
  await revokeRelayed("revoke, relayed", await grant("grant, relayed", "one"));
  await consents("revoke, direct", patient, "revoke", [await grant(undefined, "two")]);
  await revokeRelayed("revoke before grant, relayed", keccak256(toHex("three")));
  await consents("revoke before grant, direct", patient, "revoke", [keccak256(toHex("four"))]);
  return figures;
}

/** The same with a passkey, on a chain with the P-256 precompile (EIP-7951, Osaka) and on one without it. */
async function measurePasskeys(chain, where) {
  const { accounts: [operator], reader } = chain;
  const figures = {};
  const consents = await meter(chain, figures)(undefined, "ConsentRegistry");
  const address = await consents(undefined, operator, "revoke", [keccak256(toHex("unrelated"))]);
  const domain = consentDomain(await reader.getChainId(), address);
  const passkey = new Passkey(keccak256(toHex("passkey of the gas table")), verifierOf(address), "clinic.example.org");
  const sign = (primaryType, message) =>
    passkey.sign(hashTypedData({ domain, types: consentTypes, primaryType, message }), "https://clinic.example.org");
  const grantor = passkey.address;
  const deadline = 4_000_000_000n;
  const consentId = keccak256(toHex("one"));
  const g = { consentId, termsHash: keccak256(toHex("terms")), grantor, notBefore: 1_800_000_000n, notAfter: 1_831_536_000n, deadline };
  await consents(`grant by passkey, ${where}`, operator, "grant", [g, sign("ConsentGrant", g)]);
  const r = { consentId, grantor, deadline };
  await consents(`revoke by passkey, ${where}`, operator, "revokeBySignature", [r, sign("ConsentRevocation", r)]);
  return figures;
}

async function logIdOf(owner, origin, key) {
  const { encodeAbiParameters, parseAbiParameters } = await import("viem");
  return keccak256(encodeAbiParameters(parseAbiParameters("address, string, bytes"), [owner, origin, key]));
}

const complaints = [];
const figures = {
  ...(await withAnvil(measure)),
  ...(await withAnvil((chain) => measurePasskeys(chain, "with the precompile"), "osaka")),
  ...(await withAnvil((chain) => measurePasskeys(chain, "without it"), "cancun")),
};
for (const [label, limit] of Object.entries(limits)) {
  if (!(figures[label] <= limit)) complaints.push(`${label}: want at most ${limit} gas, got ${figures[label]}`);
}
const fresh = Object.entries(figures).map(([label, gas]) => `${label}: ${gas}\n`).join("");
if (process.argv.includes("--check")) {
  const checkedIn = readFileSync(snapshotFile, "utf8");
  if (checkedIn !== fresh) complaints.push(`.gas-snapshot differs, want\n${checkedIn}got\n${fresh}run node tools/gas.mjs if that is meant`);
} else {
  writeFileSync(snapshotFile, fresh);
}
console.log(fresh.trimEnd());
complaints.forEach((line) => console.error(line));
process.exitCode = complaints.length > 0 ? 1 : 0;
