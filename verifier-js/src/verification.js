import { concat, FormatError, hex } from "./bytes.js";
import { canonicalResource, FORM, isXml } from "./canonical-resource.js";
import { whyNotSigned } from "./checkpoint.js";
import { hmacSha256, sha256 } from "./crypto.js";
import { checkHead } from "./head.js";
import { said } from "./instant.js";
import { FORMAT, parseProofFile } from "./proof-file.js";
import { Ending, Steps } from "./steps.js";
import { leafHash, whyNotConsistent, whyNotIncluded } from "./tree.js";

/** First byte of a log's entry that is a commitment (STM-4). */
const COMMITMENT = Uint8Array.of(1);
const XML = "this is XML, and the log commits to JSON: ask for the resource with ?_format=json";

/**
 * Checks a resource against its proof file, step by step (VER-1). Pure: what the ledger says is handed in. Never throws on
 * what it is given; a hostile file gets an answer like any other.
 *
 * @param {Uint8Array | undefined} resource undefined for a statement that stands for no content: a deleted version, a
 *     disclosure, an erasure
 * @param {Uint8Array} proofFile
 * @param {import("./index.js").LogKey} key
 * @param {import("./index.js").HeadEvidence} evidence
 * @returns {Promise<import("./index.js").Report>}
 */
export async function check(resource, proofFile, key, evidence) {
  const steps = new Steps();
  try {
    const proof = parse(steps, proofFile);
    if (resource) {
      await checkContent(steps, proof.statement, resource);
    } else {
      checkNoContent(steps, proof.statement);
    }
    await checkPlace(steps, proof, key);
    steps.held("ledger-head", checkHead(proof, evidence));
    return steps.verified();
  } catch (ending) {
    return steps.ended(ending);
  }
}

/**
 * The same for a proof that was read already, of a statement that stands for no content.
 *
 * @param {Set<string>} known what was found to hold of checkpoints and anchors before; added to
 * @returns {Promise<import("./index.js").Report>}
 */
export async function checkStatement(proof, key, evidence, known) {
  const steps = new Steps();
  try {
    checkNoContent(steps, proof.statement);
    await checkPlace(steps, proof, key, known);
    steps.held("ledger-head", checkHead(proof, evidence));
    return steps.verified();
  } catch (ending) {
    return steps.ended(ending);
  }
}

/** Where the statement is in the log, and whose log it is. */
async function checkPlace(steps, proof, key, known = new Set()) {
  await checkInclusion(steps, proof);
  const signed = `signed ${proof.checkpoint.note}`;
  if (!known.has(signed)) {
    await checkSignature(steps, proof, key);
    known.add(signed);
  }
  if (!proof.anchor) {
    return;
  }
  const extended = `extended ${[proof.checkpoint, proof.anchor].map(({ size, root }) => `${size} ${hex(root)}`)} ${proof.consistencyProof.map(hex)}`;
  if (!known.has(extended)) {
    await checkConsistency(steps, proof);
    known.add(extended);
  }
}

function parse(steps, proofFile) {
  try {
    const proof = parseProofFile(proofFile);
    steps.held("proof-file", FORMAT);
    return proof;
  } catch (wrong) {
    throw notOfForm(wrong, "proof-file", "not a proof file", FORMAT);
  }
}

async function checkContent(steps, statement, resource) {
  const given = canonical(steps, resource);
  steps.at = "content-digest";
  if (statement.kind !== "resource-version") {
    throw Ending.failed("content-digest", {
      reason: "the statement is not about a resource version",
      want: "a statement of kind resource-version",
      got: statement.chain,
    });
  }
  const want = statement.content ?? `no content: ${statement.operation}`;
  const got = hex(await sha256(given.bytes));
  if (want !== got) {
    throw Ending.failed("content-digest", { reason: "this is not the content that was recorded", want, got });
  }
  steps.held("content-digest", got);
  checkIdentity(steps, statement, given);
}

function canonical(steps, resource) {
  try {
    const given = canonicalResource(resource);
    steps.held("canonical-form", `${given.key} version ${given.versionId}`);
    return given;
  } catch (wrong) {
    throw notOfForm(wrong, "canonical-form", isXml(resource) ? XML : "the resource has no canonical form", FORM);
  }
}

function checkIdentity(steps, statement, given) {
  const want = `${given.key} version ${given.versionId}`;
  const got = `${statement.resource} version ${statement.version}`;
  if (want !== got) {
    throw Ending.failed("resource-identity", { reason: "the statement is about another version", want, got });
  }
  steps.held("resource-identity", `${got}, ${statement.operation} at ${said(statement.recorded)}`);
}

function checkNoContent(steps, statement) {
  if (statement.kind !== "resource-version") {
    steps.held("resource-identity", statement.chain);
    return;
  }
  const which = `${statement.resource} version ${statement.version}`;
  if (statement.content && statement.operation !== "erase") {
    throw Ending.missing("content-digest", `the content of ${which}`);
  }
  steps.held("resource-identity", `${which}, ${statement.operation}`);
}

/** Why the leaf is not in the tree of its own checkpoint; undefined when it is. */
export async function whyNotProven({ statement, salt, leafIndex, checkpoint, inclusionProof }) {
  const leaf = await leafHash(concat(COMMITMENT, await hmacSha256(salt, statement.bytes)));
  return whyNotIncluded(leaf, leafIndex, checkpoint.size, inclusionProof, checkpoint.root);
}

async function checkInclusion(steps, { statement, salt, leafIndex, checkpoint, inclusionProof }) {
  steps.at = "commitment";
  const commitment = await hmacSha256(salt, statement.bytes);
  steps.held("commitment", hex(commitment));
  steps.at = "inclusion";
  const leaf = await leafHash(concat(COMMITMENT, commitment));
  const { size, root } = checkpoint;
  steps.require("inclusion", await whyNotIncluded(leaf, leafIndex, size, inclusionProof, root));
  steps.held("inclusion", `leaf ${leafIndex} of ${size}`);
}

async function checkSignature(steps, { checkpoint }, key) {
  steps.at = "checkpoint-signature";
  steps.require("checkpoint-signature", await whyNotSigned(checkpoint, key));
  steps.held("checkpoint-signature", key.text);
}

async function checkConsistency(steps, { checkpoint, anchor, consistencyProof }) {
  steps.at = "consistency";
  const why = await whyNotConsistent(checkpoint.size, checkpoint.root, anchor.size, anchor.root, consistencyProof);
  steps.require("consistency", why);
  steps.held("consistency", `size ${checkpoint.size} to ${anchor.size}`);
}

/** What is no FormatError is a fault of ours or of the platform, and no verdict. */
function notOfForm(wrong, step, reason, want) {
  return wrong instanceof FormatError ? Ending.failed(step, { reason, want, got: wrong.message }) : wrong;
}
