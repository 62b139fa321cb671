import { compare, concat, FormatError, textOf, utf8 } from "./bytes.js";
import { Span } from "./canonical-text.js";
import { utcMillis } from "./instant.js";

/** Name of this canonical form, as a statement gives it. */
export const FORM = "https://fhiranchor.org/canonical/fhir-json/v1";

const LONGEST_INDENT = 64;
const XML = /^\uFEFF?[\t\r\n ]*</;
const SETS = new Set(["profile", "security", "tag"]);
const TYPE = /^[A-Z][A-Za-z]{0,63}$/;
const ID = /^[A-Za-z0-9.-]{1,64}$/;

/**
 * Brings the JSON text of one whole resource version, as a read returns it, into canonical form (CAN-1 to CAN-6).
 * Throws FormatError when the text is not strict JSON, is no resource with type, id and version, or is tagged SUBSETTED.
 *
 * @param {Uint8Array} json
 * @returns {{bytes: Uint8Array, key: string, versionId: string}}
 */
export function canonicalResource(json) {
  const root = object(Span.parse(json), "the resource");
  const metaSpan = root.get("meta");
  const meta = metaSpan ? object(metaSpan, "meta") : new Map();
  refuseSubset(meta);
  const key = resourceKey(string(root, "resourceType", "resourceType"), string(root, "id", "id"));
  const versionId = string(meta, "versionId", "meta.versionId");
  return { bytes: rewriteMeta(metaSpan, meta), key, versionId };
}

/** Whether it begins as XML does, in which servers answer resources too. @param {Uint8Array} text */
export function isXml(text) {
  return XML.test(textOf(text.subarray(0, LONGEST_INDENT)));
}

/** Type and id in one, both checked. @param {string} type @param {string} id */
export function resourceKey(type, id) {
  if (!TYPE.test(type)) {
    throw new FormatError("resource type: want letters, the first a capital");
  }
  if (!ID.test(id)) {
    throw new FormatError("resource id: want 1 to 64 of A-Z a-z 0-9 - .");
  }
  return `${type}/${id}`;
}

function object(span, what) {
  if (!span.isObject()) {
    throw new FormatError(`${what}: want a JSON object`);
  }
  return span.members();
}

function string(members, name, what) {
  const span = members.get(name);
  if (!span?.isString()) {
    throw new FormatError(`${what}: want a string, as a read returns it`);
  }
  return span.string();
}

function refuseSubset(meta) {
  const tags = meta.get("tag");
  for (const tag of tags?.isArray() ? tags.elements() : []) {
    const coding = tag.isObject() ? tag.members() : new Map();
    if (textOrNothing(coding, "code") === "SUBSETTED" && textOrNothing(coding, "system").endsWith("ObservationValue")) {
      throw new FormatError("meta.tag: not a whole resource, it is tagged SUBSETTED");
    }
  }
}

function textOrNothing(members, name) {
  const span = members.get(name);
  return span?.isString() ? span.string() : "";
}

/** The whole text with what of the root's meta has several spellings in its one spelling. */
function rewriteMeta({ text }, meta) {
  const parts = [];
  let copied = 0;
  for (const [name, span] of meta) {
    const replacement = replacementOf(name, span, meta);
    if (replacement) {
      parts.push(text.subarray(copied, span.start), replacement);
      copied = span.end;
    }
  }
  return concat(...parts, text.subarray(copied));
}

function replacementOf(name, span, meta) {
  if (name === "lastUpdated") {
    return lastUpdated(string(meta, name, "meta.lastUpdated"));
  }
  // A profile beside a _profile keeps its order: the two are read by position.
  return SETS.has(name) && span.isArray() && !meta.has(`_${name}`) ? sortedSet(span.elements()) : undefined;
}

function lastUpdated(instant) {
  try {
    return utf8(`"${utcMillis(instant)}"`);
  } catch (wrong) {
    throw new FormatError(`meta.lastUpdated: ${wrong.message}`);
  }
}

function sortedSet(elements) {
  const sorted = elements.map((element) => element.bytes()).sort(compare);
  const kept = sorted.filter((bytes, i) => i === 0 || compare(sorted[i - 1], bytes) !== 0);
  const parts = kept.flatMap((bytes, i) => (i === 0 ? [bytes] : [utf8(","), bytes]));
  return concat(utf8("["), ...parts, utf8("]"));
}
