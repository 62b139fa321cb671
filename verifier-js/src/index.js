// Verifies that a FHIR resource is what a FHIR Anchor server recorded, without that server. See index.d.ts for the types.

import { AccountingVerification } from "./accounting.js";
import { ACCOUNTING_FORMAT, MAX_LINE } from "./accounting-file.js";
import { digestOfBase64, digestOfHex, FormatError, utf8 } from "./bytes.js";
import { parseKey } from "./checkpoint.js";
import { ExportVerification } from "./export.js";
import { EXPORT_FORMAT } from "./export-manifest.js";
import { linesOf } from "./file-parts.js";
import { askLedger } from "./ledger.js";
import { utcMillis } from "./instant.js";
import { MAX_PROOF_BYTES, parseProofFile } from "./proof-file.js";
import { check } from "./verification.js";

export { accountingEvents } from "./accounting-events.js";
export { resourcesIn } from "./bundle.js";
export { canonicalResource } from "./canonical-resource.js";
export { chosenFiles, droppedFiles } from "./chosen-files.js";
export { canonicalJson, MAX_BYTES as MAX_RESOURCE_BYTES } from "./canonical-json.js";
export { clean, explain, isOvertaken, plainReport, jsonReport } from "./report.js";
export {
  ACCOUNTING_FORMAT,
  AccountingVerification,
  check,
  EXPORT_FORMAT,
  ExportVerification,
  FormatError,
  MAX_PROOF_BYTES,
  parseKey,
};

const NOT_ASKED = {
  kind: "unavailable",
  reason: "name a ledger node and its contract (--rpc, --contract), or a head that you know (--head)",
};
const CONTRACT = /^0x[0-9a-fA-F]{40}$/;
const BLOCK = /^(?:latest|safe|finalized|[0-9]{1,18})$/;

/**
 * Verifies one version. Everything that needs no network is done first: a proof that fails by itself is asked about
 * nowhere. Throws FormatError for a question that cannot be asked (a key, an address or a head of another shape); whatever
 * resource and proof hold, and whatever the node does, the answer is a report.
 *
 * @param {import("./index.js").Question} question
 * @returns {Promise<import("./index.js").Report>}
 */
export async function verify({ resource, proof, ...trust }) {
  return (await createVerifier(trust)).verify({ resource, proof });
}

/**
 * For many versions under one trust: the ledger is asked once about each anchor that their proofs name.
 *
 * @param {import("./index.js").Trust} trust
 * @returns {Promise<import("./index.js").Verifier>}
 */
export async function createVerifier({ key, head, ledger, fetch }) {
  const logKey = typeof key === "string" ? await parseKey(key) : key;
  const local = head === undefined ? NOT_ASKED : pinnedHead(head);
  const node = ledger === undefined || head !== undefined ? undefined : checkedLedger(ledger);
  const known = new Map();
  const ask = (anchor) => {
    const name = anchorName(anchor);
    if (!known.has(name)) {
      known.set(name, askLedger(node, logKey, anchor, fetch));
    }
    return known.get(name);
  };
  return { verify: ({ resource, proof }) => answer(bytesOrNone(resource), bytes(proof), { key: logKey, local, node, ask }) };
}

async function answer(resource, proof, { key, local, node, ask }) {
  const report = await check(resource, proof, key, local);
  if (!node || report.undecided?.step !== "ledger-head") {
    return report;
  }
  const evidence = await ask(parseProofFile(proof).anchor);
  const asked = await check(resource, proof, key, evidence);
  return evidence.kind === "on-ledger" ? { ...asked, readAt: readAt(evidence) } : asked;
}

function anchorName(anchor) {
  return anchor === undefined ? "" : [...Object.values(anchor)].join(" ");
}

/**
 * Verifies a patient's accounting with its proofs, whatever its length: the lines of the file that `$disclosures` answers.
 *
 * @param {import("./index.js").AccountingQuestion} question
 * @returns {Promise<import("./index.js").Report>}
 */
export async function verifyAccounting({ file, until, tag, ...trust }) {
  const { key, evidence, told } = await outside(trust);
  const verification = new AccountingVerification(key, evidence, instant(until), checkedTag(tag));
  for await (const line of linesOf(bytes(file), MAX_LINE)) {
    await verification.read(line);
  }
  return told(await verification.report());
}

/**
 * Verifies a folder that `$export-provenance` gave, whatever its size (EXP-2).
 *
 * @param {import("./index.js").ExportQuestion} question
 * @returns {Promise<import("./index.js").Report>}
 */
export async function verifyExport({ files, until, ...trust }) {
  const { key, evidence, told } = await outside(trust);
  return told(await new ExportVerification(files, key, evidence, instant(until)).report());
}

function checkedTag(tag) {
  if (tag !== undefined && !/^[0-9a-fA-F]{64}$/.test(tag)) {
    throw new FormatError("tag: want 64 hex digits");
  }
  return tag?.toLowerCase();
}

function instant(until) {
  return until === undefined ? undefined : utcMillis(until);
}

/** What is known outside of what is checked: the ledger is asked once about each anchor, and what verifies tells when it was. */
async function outside({ key, head, ledger, fetch }) {
  const logKey = typeof key === "string" ? await parseKey(key) : key;
  const local = head === undefined ? NOT_ASKED : pinnedHead(head);
  const node = ledger === undefined || head !== undefined ? undefined : checkedLedger(ledger);
  const known = new Map();
  const evidence = ({ anchor }) => {
    const name = anchorName(anchor);
    if (!known.has(name)) {
      known.set(name, node ? askLedger(node, logKey, anchor, fetch) : Promise.resolve(local));
    }
    return known.get(name);
  };
  const told = async (report) => {
    const [asked] = (await Promise.all(known.values())).filter(({ kind }) => kind === "on-ledger");
    return asked && report.verdict === "verified" ? { ...report, readAt: readAt(asked) } : report;
  };
  return { key: logKey, evidence, told };
}

/** A head from `SIZE:ROOT`, the root in hex or base64. @param {string | import("./index.js").Head} head */
export function pinnedHead(head) {
  if (typeof head !== "string") {
    if (typeof head.size !== "bigint" || head.size < 0n || head.root?.length !== 32) {
      throw new FormatError("head: want a size as a bigint and a root of 32 bytes");
    }
    return { kind: "pinned", size: head.size, root: head.root };
  }
  const [, size, root] = /^([0-9]{1,18}):(.+)$/s.exec(head) ?? [];
  if (size === undefined) {
    throw new FormatError("head: want SIZE:ROOT, the root in hex or base64");
  }
  const [, digits] = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(root) ?? [];
  const digest = digits ? digestOfHex(digits.toLowerCase()) : digestOfBase64(root);
  return { kind: "pinned", size: BigInt(size), root: digest };
}

/** What the caller says of the ledger, checked and in one spelling. @param {import("./index.js").Ledger} ledger */
export function checkedLedger({ rpc, contract, logId, block = "latest" }) {
  if (!URL.canParse(rpc) || !/^https?:$/.test(new URL(rpc).protocol)) {
    throw new FormatError("ledger node: want an http or https URL");
  }
  if (!CONTRACT.test(contract)) {
    throw new FormatError("contract: want 0x and 40 hex digits");
  }
  if (!BLOCK.test(block)) {
    throw new FormatError("block: want latest, safe, finalized or a number");
  }
  const id = logId === undefined ? undefined : checkedLogId(logId);
  return { rpc, contract: contract.toLowerCase(), logId: id, block };
}

function checkedLogId(text) {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) {
    throw new FormatError("log id: want 0x and 64 hex digits");
  }
  return text.slice(2).toLowerCase();
}

function readAt({ chainId, block }) {
  return { chainId, block: block.toString() };
}

function bytesOrNone(given) {
  return given === undefined ? undefined : bytes(given);
}

/** A text with half a surrogate pair has no bytes: encoding it would quietly put another character there. */
function bytes(given) {
  if (typeof given !== "string") {
    return given;
  }
  if (/\p{Cs}/u.test(given)) {
    throw new FormatError("text: unpaired surrogate; give the bytes as they came");
  }
  return utf8(given);
}
