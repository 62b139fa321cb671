import { utf8 } from "./bytes.js";
import { Span } from "./canonical-text.js";

/**
 * The resources in a Bundle's entries, in their order, each in canonical JSON with its digits kept: what a proof is checked
 * against. Entries without a resource are left out. Throws FormatError for what is not strict JSON.
 *
 * @param {Uint8Array | string} bundle as a server answered it
 * @returns {Uint8Array[]}
 */
export function resourcesIn(bundle) {
  const root = Span.parse(typeof bundle === "string" ? utf8(bundle) : bundle);
  const entries = membersOf(root).get("entry");
  return (entries?.isArray() ? entries.elements() : []).flatMap((entry) => membersOf(entry).get("resource")?.bytes() ?? []);
}

function membersOf(span) {
  return span.isObject() ? span.members() : new Map();
}
