import { base64, textOf } from "./bytes.js";

/**
 * JSON without white space, members in the order they are given, strings as RFC 8785 spells them. A member that is undefined
 * is left out; a bigint is a number; bytes are a text that is JSON already.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function jsonText(value) {
  if (typeof value === "string") {
    return JSON.stringify(value);
  }
  if (value instanceof Uint8Array) {
    return textOf(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(jsonText).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    let members = "";
    for (const name in value) {
      if (value[name] !== undefined) {
        members += `${members === "" ? "" : ","}${JSON.stringify(name)}:${jsonText(value[name])}`;
      }
    }
    return `{${members}}`;
  }
  return typeof value === "bigint" ? `${value}` : JSON.stringify(value);
}

/** A list, undefined where it is empty: FHIR knows no empty ones. @template T @param {T[]} list */
export function some(list) {
  return list.length === 0 ? undefined : list;
}

/** @param {Uint8Array[]} hashes */
export function hashesJson(hashes) {
  return hashes.map(base64);
}

/** @param {import("./index.js").Anchor | undefined} anchor */
export function anchorJson(anchor) {
  return anchor === undefined
    ? null
    : {
        chainId: anchor.chainId,
        contract: anchor.contract,
        logId: `0x${anchor.logId}`,
        size: anchor.size,
        root: base64(anchor.root),
        blockNumber: anchor.blockNumber,
        blockHash: `0x${anchor.blockHash}`,
        transactionHash: `0x${anchor.transactionHash}`,
        finality: anchor.finality,
      };
}

/** A proof file as the server spells it. */
export function proofJson({ statement, salt, leafIndex, checkpoint, inclusionProof, anchor, consistencyProof }) {
  return {
    format: "fhiranchor-proof/1",
    statement: statement.bytes,
    salt: base64(salt),
    leafIndex,
    checkpoint: checkpoint.note,
    inclusionProof: hashesJson(inclusionProof),
    anchor: anchorJson(anchor),
    consistencyProof: some(consistencyProof)?.map(base64),
  };
}
