import { auditEvent } from "./export-audit-event.js";
import { coding, EXTENSIONS, reference, SERVER, TERMS } from "./fhir-parts.js";
import { hex } from "./bytes.js";
import { jsonText, some } from "./json-text.js";

const COMMITMENT = "https://fhiranchor.org/commitment";
const LONGEST_ID = 64;
const OPERATIONS = {
  create: ["CREATE", "create"],
  update: ["UPDATE", "revise"],
  delete: ["DELETE", "delete"],
  erase: ["DELETE", "delete"],
};

/**
 * A record of an export as a FHIR resource, one line of JSON: a Provenance for what was written, an AuditEvent for what was
 * shown or refused.
 *
 * @param {{checkpoint: {origin: string}, anchor?: import("./index.js").Anchor}} origin
 * @param {import("./export-leaf.js").ExportedLeaf} leaf
 */
export function fhirRecord(origin, leaf) {
  return jsonText(leaf.statement.kind === "disclosure" ? auditEvent(leaf) : provenance(origin, leaf));
}

function provenance(origin, leaf) {
  const { recorded } = leaf.statement;
  return {
    resourceType: "Provenance",
    id: idOf(leaf),
    meta: { lastUpdated: recorded },
    extension: [{ url: `${EXTENSIONS}leaf-index`, valueDecimal: leaf.index }],
    target: [reference(leaf.target())],
    recorded,
    reason: some(leaf.purposes())?.map((one) => ({ coding: [coding(one)] })),
    activity: activity(leaf.statement),
    agent: agents(origin.checkpoint.origin, leaf),
    entity: some(entities(origin.anchor, leaf.statement)),
  };
}

/** The id by which the server reads the same Provenance of a version. */
function idOf({ index, statement: { kind, resource, version } }) {
  if (kind === "resource-version") {
    const name = `log.${resource.replace("/", ".")}.${version}`;
    if (name.length <= LONGEST_ID && /^[1-9][0-9]{0,17}$/.test(version)) {
      return name;
    }
  }
  return `log.leaf.${index}`;
}

function activity({ kind, operation, event }) {
  if (kind !== "resource-version") {
    return { text: `${kind === "consent" ? "consent" : "key"} ${event}` };
  }
  const [code, display] = OPERATIONS[operation];
  return { coding: [{ system: `${TERMS}v3-DataOperation`, code, display }] };
}

function agents(log, leaf) {
  const organization = leaf.organization();
  const application = leaf.application();
  return [
    { ...agent("author", "Author"), who: author(log, leaf), onBehalfOf: organization === undefined ? undefined : reference(organization) },
    ...(application === undefined ? [] : [{ ...agent("assembler", "Assembler"), who: named(application, application) }]),
    { ...agent("custodian", "Custodian"), who: named(log, log) },
  ];
}

function author(log, leaf) {
  if (leaf.statement.kind !== "resource-version") {
    return reference(leaf.patient());
  }
  if (leaf.text("writer") === "system") {
    return named(log, SERVER);
  }
  const [person, subject] = [leaf.person(), leaf.subject()];
  if (person !== undefined) {
    return { ...reference(person), display: subject };
  }
  return subject === undefined ? { display: "not known: no token was asked for" } : named(subject, subject);
}

function named(value, display) {
  return { identifier: { value }, display };
}

function agent(code, display) {
  return { type: { coding: [{ system: `${TERMS}provenance-participant-type`, code, display }] } };
}

/** The leaf before is named by its commitment, which is what the statement itself names. */
function entities(anchor, { previous }) {
  const before = { role: "revision", what: { identifier: { system: COMMITMENT, value: previous } } };
  return [...(previous === undefined ? [] : [before]), ...(anchor === undefined ? [] : [anchored(anchor)])];
}

function anchored({ contract, transactionHash, blockNumber, size, root, finality, chainId }) {
  const transaction = `0x${transactionHash}`;
  return {
    extension: [
      {
        extension: [
          { url: "contract", valueString: contract },
          { url: "transaction", valueString: transaction },
          { url: "block", valueDecimal: blockNumber },
          { url: "size", valueDecimal: size },
          { url: "root", valueString: hex(root) },
          { url: "finality", valueString: finality },
        ],
        url: `${EXTENSIONS}anchor`,
      },
    ],
    role: "source",
    what: {
      identifier: { system: "urn:ietf:rfc:3986", value: `urn:eip155:${chainId}:tx:${transaction}` },
      display: `anchored in block ${blockNumber}: tree size ${size}, root ${hex(root)}`,
    },
  };
}
