import { equal, hex } from "./bytes.js";
import { Ending } from "./steps.js";

const STEP = "ledger-head";
const PENDING = "an anchor: this proof was made before its checkpoint was on the ledger; ask for it again";

/**
 * The last step: is what the proof leads to the head that everyone else sees? Gives what was found, in words.
 *
 * @param {import("./index.js").HeadEvidence} evidence
 */
export function checkHead(proof, evidence) {
  switch (evidence.kind) {
    case "pinned":
      return pinned(proof, evidence);
    case "on-ledger":
      return proof.anchor ? anchored(proof.anchor, evidence) : pending(proof.checkpoint, evidence);
    case "contradicted":
      throw Ending.failed(STEP, evidence);
    default:
      throw Ending.missing(STEP, proof.anchor ? `the ledger's head: ${evidence.reason}` : PENDING);
  }
}

function pinned({ checkpoint, anchor }, head) {
  if (head.size === checkpoint.size) {
    return same("the pinned head", head.root, checkpoint.root, head.size);
  }
  if (anchor && head.size === anchor.size) {
    return same("the pinned head", head.root, anchor.root, head.size);
  }
  throw Ending.missing(
    STEP,
    `a consistency proof between the pinned size ${head.size} and the checkpoint's size ${checkpoint.size}`,
  );
}

function pending(checkpoint, ledger) {
  if (ledger.size === checkpoint.size) {
    return same("the ledger's head", ledger.root, checkpoint.root, ledger.size);
  }
  throw Ending.missing(STEP, PENDING);
}

function anchored(anchor, ledger) {
  if (ledger.size < anchor.size) {
    throw Ending.failed(STEP, {
      reason: "the ledger's head is behind the anchor that the proof names",
      want: `a head of ${anchor.size} leaves or more`,
      got: `a head of ${ledger.size} leaves`,
    });
  }
  if (ledger.size === anchor.size) {
    return same("the ledger's head", ledger.root, anchor.root, anchor.size);
  }
  if (!ledger.anchored) {
    throw Ending.failed(STEP, {
      reason: "the ledger never had a head of this size",
      want: `an anchor of ${anchor.size} leaves`,
      got: `none, and a head of ${ledger.size} leaves`,
    });
  }
  const what = same("an earlier head on the ledger", ledger.anchored, anchor.root, anchor.size);
  return `${what}, extended since to ${ledger.size}`;
}

function same(what, want, got, size) {
  if (!equal(want, got)) {
    throw Ending.failed(STEP, {
      reason: `${what} of ${size} leaves has another root`,
      want: hex(want),
      got: hex(got),
    });
  }
  return `${what} of ${size} leaves`;
}
