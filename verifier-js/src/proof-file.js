import { bytesOfBase64, digestOfBase64, digestOfHex, FormatError, hex } from "./bytes.js";
import { Span } from "./canonical-text.js";
import { parseCheckpoint } from "./checkpoint.js";
import { JsonMembers } from "./json-members.js";
import { readStatement } from "./statement.js";

/** Value of the member `format`. */
export const FORMAT = "fhiranchor-proof/1";

/** Largest file, in bytes. */
export const MAX_PROOF_BYTES = 64 << 10;

const MAX_DEPTH = 8;

/** Most hashes of an inclusion proof. */
export const MAX_HASHES = 64;
const CONTRACT = /^0x[0-9a-fA-F]{40}$/;
const FINALITY = /^[A-Za-z0-9:._-]{1,64}$/;

/**
 * Reads a proof file strictly: sizes before contents, unknown members are errors. Nothing in it is to be believed yet.
 *
 * @param {Uint8Array} json
 */
export function parseProofFile(json) {
  return readProof(Span.parse(json, MAX_PROOF_BYTES, MAX_DEPTH));
}

/** The same of a value within another text. @param {Span} span */
export function readProof(span) {
  const members = new JsonMembers(span, "proof");
  if (members.string("format") !== FORMAT) {
    throw members.wrong("format", `want ${FORMAT}`);
  }
  const inclusionProof = hashes(members, "inclusionProof");
  const consistencyProof = members.has("consistencyProof") ? hashes(members, "consistencyProof") : [];
  const proof = {
    statement: readStatement(members.value("statement")),
    salt: members.read("salt", readSalt),
    leafIndex: members.count("leafIndex"),
    checkpoint: parseCheckpoint(members.string("checkpoint")),
    inclusionProof,
    anchor: members.isNull("anchor") ? undefined : readAnchor(members.object("anchor")),
    consistencyProof,
  };
  members.refuseOthers();
  return proof;
}

/** @param {string} text */
export function readSalt(text) {
  const bytes = bytesOfBase64(text, 44);
  if (bytes.length !== 32) {
    throw new FormatError(`salt: want 32 bytes, got ${bytes.length}`);
  }
  return bytes;
}

/** @param {JsonMembers} members @param {string} name */
export function hashes(members, name, most = MAX_HASHES) {
  return members.list(name, most).map((element) => {
    if (!element.isString()) {
      throw members.wrong(name, "want base64 strings");
    }
    return members.named(name, () => digestOfBase64(element.string()));
  });
}

/** Where a head is said to stand on a ledger, strictly. @param {JsonMembers} members */
export function readAnchor(members) {
  const read = {
    chainId: members.count("chainId"),
    contract: members.string("contract"),
    logId: members.read("logId", prefixedHex),
    size: members.count("size"),
    root: members.read("root", digestOfBase64),
    blockNumber: members.count("blockNumber"),
    blockHash: members.read("blockHash", prefixedHex),
    transactionHash: members.read("transactionHash", prefixedHex),
    finality: members.string("finality"),
  };
  members.refuseOthers();
  if (!CONTRACT.test(read.contract)) {
    throw new FormatError(`${members.path}: contract: want 0x and 40 hex digits`);
  }
  if (!FINALITY.test(read.finality)) {
    throw new FormatError(`${members.path}: finality: want 1 to 64 of A-Z a-z 0-9 : . _ -`);
  }
  return { ...read, contract: read.contract.toLowerCase() };
}

function prefixedHex(text) {
  if (!text.startsWith("0x")) {
    throw new FormatError("want 0x and 64 lower-case hex digits");
  }
  return hex(digestOfHex(text.slice(2)));
}
