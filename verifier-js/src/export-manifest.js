import { digestOfHex, equal, FormatError, hex, textOf, utf8 } from "./bytes.js";
import { Span } from "./canonical-text.js";
import { parseCheckpoint, parseSignature } from "./checkpoint.js";
import { verifiesEd25519 } from "./crypto.js";
import { EXPORT_KINDS, ExportFilter } from "./export-filter.js";
import { EXPORT_FORMATS } from "./export-format.js";
import { strip } from "./export-reader.js";
import { JsonMembers } from "./json-members.js";
import { anchorJson, hashesJson, jsonText, proofJson, some } from "./json-text.js";
import { hashes, MAX_HASHES, readAnchor, readProof } from "./proof-file.js";
import { digestOf } from "./sha256.js";
import { Ending } from "./steps.js";

/** Value of the member `format`. */
export const EXPORT_FORMAT = "fhiranchor-export/1";

/** Names of the files that every export has. */
export const MANIFEST = "manifest.json";
export const SIGNATURE = "manifest.sig";
export const LEAVES = "leaves.ndjson";

/** Name of the accounting in an export of one patient. */
export const ACCOUNTING = "accounting.ndjson";

/** Largest manifest, in bytes. */
export const MAX_MANIFEST = 16 << 20;

const MAX_DEPTH = 10;
const MAX_ERASED = 500_000;
const MAX_FILES = 16;
const CHAINED = new Set(["disclosures", "refusals"]);

/**
 * What an export says of itself, strictly: only the one spelling of it. To be trusted for what its signer says.
 *
 * @param {Uint8Array} json
 */
export function parseManifest(json) {
  const members = new JsonMembers(Span.parse(json, MAX_MANIFEST, MAX_DEPTH), "manifest");
  if (members.string("format") !== EXPORT_FORMAT) {
    throw members.wrong("format", `want ${EXPORT_FORMAT}`);
  }
  const manifest = read(members);
  if (spelled(manifest) !== textOf(json)) {
    throw new FormatError("manifest: want the one spelling of what it says");
  }
  return manifest;
}

function read(members) {
  const filter = new ExportFilter(members.object("filter"));
  const counted = members.object("counts");
  const counts = new Map(filter.kinds.map((kind) => [kind, counted.count(kind)]));
  const erased = members.list("erased", MAX_ERASED).map((index) => erasedLeaf(members, index));
  const files = members.list("files", MAX_FILES).map((file) => readFile(new JsonMembers(file, "file")));
  return {
    filter,
    counts,
    erased,
    files,
    created: members.string("created"),
    checkpoint: parseCheckpoint(members.string("checkpoint")),
    anchor: members.isNull("anchor") ? undefined : readAnchor(members.object("anchor")),
    range: members.has("range") ? readRange(members.object("range")) : undefined,
    format: readFormat(members),
    removed: members.count("removed"),
    retention: members.has("retention") ? readProof(members.value("retention")) : undefined,
  };
}

function erasedLeaf(members, index) {
  if (!/^[0-9]{1,18}$/.test(index.literal())) {
    throw members.wrong("erased", "want leaf indexes");
  }
  return BigInt(index.literal());
}

function readFile(members) {
  return { name: members.string("name"), bytes: members.count("bytes"), sha256: hex(members.read("sha256", digestOfHex)) };
}

function readRange(members) {
  const [from, to] = [members.count(`from`), members.count("to")];
  return { from, to, edges: hashes(members, "edges", 2 * MAX_HASHES) };
}

function readFormat(members) {
  const format = EXPORT_FORMATS.find(({ word }) => word === members.string("outputFormat"));
  if (!format) {
    throw members.wrong("outputFormat", "want ndjson, csv or prov");
  }
  return format;
}

/** Whether nothing of a kind can be missing. */
export function completeness({ range }, kind) {
  return range || CHAINED.has(kind) ? "proven" : "not proven, use an unfiltered export";
}

function spelled(manifest) {
  const { created, checkpoint, anchor, range, filter, format, counts, removed, erased, retention, files } = manifest;
  const kinds = EXPORT_KINDS.filter((kind) => filter.kinds.includes(kind));
  return jsonText({
    format: EXPORT_FORMAT,
    created,
    checkpoint: checkpoint.note,
    anchor: anchorJson(anchor),
    range: range && { from: range.from, to: range.to, edges: hashesJson(range.edges) },
    filter: filter.toJson(),
    outputFormat: format.word,
    complete: Object.fromEntries(kinds.map((kind) => [kind, completeness(manifest, kind)])),
    counts: Object.fromEntries(kinds.map((kind) => [kind, counts.get(kind)])),
    removed,
    erased,
    retention: retention && proofJson(retention),
    files: some(files),
  });
}

/** Ends the check when the key's owner did not sign this very manifest. @param {Uint8Array} manifest @param {string} note */
export async function checkManifestSignature(key, manifest, note) {
  const text = `${key.name}/export/v1\n${hex(digestOf(manifest))}\n`;
  const beginning = `${text}\n`;
  if (!note.startsWith(beginning) || note.length === beginning.length || !note.endsWith("\n")) {
    throw Ending.failed("export-manifest", {
      reason: `${MANIFEST} is not the one that ${SIGNATURE} signs`,
      want: strip(text).replaceAll("\n", " "),
      got: note.slice(0, 200),
    });
  }
  const line = note.slice(beginning.length, -1);
  if (!(await isSigned(key, text, line))) {
    throw Ending.failed("export-manifest", {
      reason: `the log's key did not sign ${MANIFEST}`,
      want: `a signature by ${key.text}`,
      got: line,
    });
  }
}

async function isSigned(key, text, line) {
  try {
    const { name, id, bytes } = parseSignature(line);
    return name === key.name && equal(id, key.id) && (await verifiesEd25519(key.typed.subarray(1), bytes, utf8(text)));
  } catch (wrong) {
    if (wrong instanceof FormatError) {
      return false;
    }
    throw wrong;
  }
}
