import { base64OfText } from "./bytes.js";
import { coding, EXTENSIONS, reference, SERVER, TERMS } from "./fhir-parts.js";
import { some } from "./json-text.js";

const DICOM = "http://dicom.nema.org/resources/ontology/DCM";
const PARTICIPATION = `${TERMS}v3-ParticipationType`;
const ID_DIGITS = 32;
const READS = ["read", "vread", "history-instance", "history-type", "history-system"];
const WRITES = ["update", "patch", "delete", "create"];
const CODES = new Set([...READS, ...WRITES, "search-type", "search-system", "transaction", "batch"]);
const ACTIONS = new Map([["create", "C"], ["update", "U"], ["patch", "U"], ["delete", "D"], ...READS.map((code) => [code, "R"])]);

/**
 * A disclosure or refusal as a FHIR AuditEvent, as the server's `AuditEvent` search answers it.
 *
 * @param {import("./export-leaf.js").ExportedLeaf} leaf
 */
export function auditEvent(leaf) {
  const { recorded, record, sequence } = leaf.statement;
  return {
    resourceType: "AuditEvent",
    id: `disclosure-${record.slice(0, ID_DIGITS)}`,
    meta: { versionId: "1", lastUpdated: recorded },
    extension: [decimal("disclosure-number", sequence), decimal("leaf-index", leaf.index)],
    type: { ...code(`${TERMS}audit-event-type`, "rest"), display: "RESTful Operation" },
    subtype: some(subtypes(leaf)),
    action: ACTIONS.get(interaction(leaf)) ?? "E",
    recorded,
    outcome: leaf.kind() === "refusals" ? "4" : "0",
    outcomeDesc: leaf.why(),
    purposeOfEvent: some(purposes(leaf)),
    agent: agents(leaf),
    source: source(),
    entity: some(entities(leaf)),
  };
}

function decimal(name, valueDecimal) {
  return { url: EXTENSIONS + name, valueDecimal };
}

function code(system, value) {
  return { system, code: value };
}

/** FHIR's word for the interaction; entries of batches have none. */
function interaction(leaf) {
  const verb = leaf.text("interaction")?.split(" ")[0];
  const word = verb?.startsWith("$") ? "operation" : verb;
  return word === "operation" || CODES.has(word) ? word : undefined;
}

function subtypes(leaf) {
  const [word, text] = [interaction(leaf), leaf.text("interaction")];
  return [
    ...(word === undefined ? [] : [code("http://hl7.org/fhir/restful-interaction", word)]),
    ...(text === undefined ? [] : [{ display: text }]),
    ...(leaf.text("rule") === "BREAK_GLASS" ? [{ ...code(DICOM, "110127"), display: "Emergency Override Started" }] : []),
  ];
}

function purposes(leaf) {
  const reason = leaf.text("breakGlassReason");
  return [
    ...leaf.purposes().map((one) => ({ coding: [coding(one)] })),
    ...(reason === undefined ? [] : [{ text: `broke the glass: ${reason}` }]),
  ];
}

function agents(leaf) {
  const [person, subject] = [leaf.requester("person"), leaf.requester("subject")];
  const [application, organization] = [leaf.requester("application"), leaf.requester("organization")];
  const who = person === undefined ? undefined : reference(person);
  const others = [
    ...(application === undefined ? [] : [{ ...agent(DICOM, "110152"), altId: application, name: application }]),
    ...(organization === undefined ? [] : [{ ...agent(PARTICIPATION, "CST"), who: reference(organization) }]),
    { ...agent(DICOM, "110153"), name: SERVER },
  ];
  return [
    { ...agent(PARTICIPATION, "IRCP"), who, altId: subject, name: subject, requestor: true },
    ...others.map((one) => ({ ...one, requestor: false })),
  ];
}

function agent(system, value) {
  return { type: { coding: [code(system, value)] } };
}

function source() {
  const type = { ...code(`${TERMS}security-source-type`, "4"), display: "Application Server" };
  return { observer: { display: SERVER }, type: [type] };
}

function entities(leaf) {
  const [patient, query] = [leaf.text("patient"), leaf.text("query")];
  const named = [
    ...(patient === undefined ? [] : [entity(patient, "1", "1")]),
    ...leaf.texts("resources").map((id) => entity(id, "2", "4")),
    ...leaf.texts("consents").map((id) => entity(id, "2", "13")),
    ...(query === undefined ? [] : [{ ...typed("2", "24"), query: base64OfText(query) }]),
  ];
  const detail = some(leaf.texts("categories"))?.map((one) => ({ type: "category", valueString: one }));
  const [first, ...rest] = named;
  return detail ? [{ ...first, detail }, ...rest] : named;
}

function entity(id, type, role) {
  return { what: reference(id), ...typed(type, role) };
}

function typed(type, role) {
  return { type: code(`${TERMS}audit-entity-type`, type), role: code(`${TERMS}object-role`, role) };
}
