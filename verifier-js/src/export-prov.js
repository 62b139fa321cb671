import { hex, utf8 } from "./bytes.js";
import { jsonText } from "./json-text.js";

// W3C PROV-JSON: one document, in which each record is a bundle of its own and stands on a line of its own.

const NAMESPACE = "https://fhiranchor.org/prov#";
const PLAIN = /[0-9A-Za-z\-._~/]/;
const GONE = new Set(["delete", "erase"]);

/** The first line: the prefixes. */
export function provFirst() {
  return `{"prefix":${jsonText({ fa: NAMESPACE })},"bundle":{`;
}

/** A record, with the comma behind it. @param {import("./export-leaf.js").ExportedLeaf} leaf */
export function provRecord(leaf) {
  return `"fa:leaf-${leaf.index}":${jsonText(bundle(leaf))},`;
}

/** The last line: a bundle that says at which head the export was taken. */
export function provLast({ checkpoint, anchor }) {
  const head = {
    "fa:log": checkpoint.origin,
    "fa:size": `${checkpoint.size}`,
    "fa:root": hex(checkpoint.root),
    "fa:transaction": anchor && `0x${anchor.transactionHash}`,
    "fa:block": anchor && `${anchor.blockNumber}`,
  };
  return `"fa:checkpoint":${jsonText({ entity: { "fa:head": head } })}}}`;
}

function bundle(leaf) {
  const activity = `fa:activity-${leaf.index}`;
  const agents = {};
  const associations = {};
  const add = (name, type) => {
    if (name !== undefined) {
      const id = `fa:${local(name)}`;
      agents[id] = { "prov:type": { $: `prov:${type}`, type: "xsd:QName" }, "prov:label": name };
      associations[`_:${type}`] = { "prov:activity": activity, "prov:agent": id };
    }
  };
  add(leaf.person() ?? leaf.subject() ?? (leaf.kind() === "consents" ? leaf.patient() : undefined), "Person");
  add(leaf.application(), "SoftwareAgent");
  add(leaf.organization(), "Organization");
  return { ...entities(leaf, activity), activity: { [activity]: activityOf(leaf) }, agent: agents, wasAssociatedWith: associations };
}

function activityOf(leaf) {
  const purposes = leaf.purposes();
  return {
    "prov:endTime": leaf.statement.recorded,
    "fa:kind": leaf.kind(),
    "fa:event": leaf.statement.operation ?? leaf.statement.event ?? leaf.text("interaction"),
    "fa:outcome": leaf.text("outcome"),
    "fa:why": leaf.why(),
    "fa:patient": leaf.patient(),
    "fa:breakGlassReason": leaf.text("breakGlassReason"),
    "fa:query": leaf.text("query"),
    "fa:purposes": purposes.length === 0 ? undefined : purposes.join(" "),
  };
}

function entities(leaf, activity) {
  const { kind, operation, content } = leaf.statement;
  if (kind === "resource-version") {
    const id = `fa:${local(leaf.target())}`;
    const how = GONE.has(operation) ? "wasInvalidatedBy" : "wasGeneratedBy";
    return { entity: { [id]: { "fa:sha256": content } }, [how]: { "_:version": relation(id, activity) } };
  }
  const names = leaf.resourcesWithVersions();
  return {
    entity: Object.fromEntries(names.map((name) => [`fa:${local(name)}`, { "prov:label": name }])),
    used: Object.fromEntries(names.map((name, i) => [`_:used${i}`, relation(`fa:${local(name)}`, activity)])),
  };
}

function relation(entity, activity) {
  return { "prov:entity": entity, "prov:activity": activity };
}

/** The local part of a qualified name: everything unusual is written as percent and hex. */
function local(name) {
  const spelled = Array.from(utf8(name), (byte) => {
    const character = String.fromCharCode(byte);
    return PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return spelled.join("");
}
