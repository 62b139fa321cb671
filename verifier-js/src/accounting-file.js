import { digestOfHex, equal, FormatError, utf8 } from "./bytes.js";
import { Span } from "./canonical-text.js";
import { utcMillis } from "./instant.js";
import { JsonMembers } from "./json-members.js";
import { hashes, readProof, readSalt } from "./proof-file.js";
import { DEPTH } from "./sparse-map.js";

/** Value of the member `format` of the first line. */
export const ACCOUNTING_FORMAT = "fhiranchor-accounting/1";

/** Longest line, in bytes. */
export const MAX_LINE = 1 << 20;

/** Most leaves of erasures in the first line. */
const MAX_ERASURES = 20;

const MAX_DEPTH = 8;

const OUTCOMES = new Set(["shown", "refused"]);

/** The first line of an accounting with proofs, strictly. @param {Uint8Array} line */
export function readHead(line) {
  const members = new JsonMembers(Span.parse(line, MAX_LINE, MAX_DEPTH), "accounting");
  if (members.string("format") !== ACCOUNTING_FORMAT) {
    throw members.wrong("format", `want ${ACCOUNTING_FORMAT}`);
  }
  const head = {
    subject: members.read("subject", digestOfHex),
    heads: members.isNull("heads") ? undefined : newest(members.object("heads")),
    retention: members.has("retention") ? readProof(members.value("retention")) : undefined,
    erasures: members.has("erasures") ? members.list("erasures", MAX_ERASURES).map(readProof) : [],
  };
  members.refuseOthers();
  return head;
}

/** What shows which disclosure is the newest one of the anchored log. */
function newest(members) {
  const proof = readProof(members.value("proof"));
  const depths = members.list("depths", DEPTH).map((depth) => {
    if (!/^[0-9]{1,2}$/.test(depth.literal())) {
      throw members.wrong("depths", `want numbers below ${DEPTH}`);
    }
    return Number(depth.literal());
  });
  const siblings = hashes(members, "siblings", DEPTH);
  const salt = members.has("salt") ? members.read("salt", readSalt) : undefined;
  members.refuseOthers();
  return { proof, map: { depths, siblings }, salt };
}

/** Another line, strictly: the canonical JSON of a record, unless it was removed, and its proof, once it has a number. @param {Uint8Array} line */
export function readEntry(line) {
  const members = new JsonMembers(Span.parse(line, MAX_LINE, MAX_DEPTH), "disclosure");
  const entry = {
    record: members.isNull("record") ? undefined : members.string("record"),
    proof: members.has("proof") ? readProof(members.value("proof")) : undefined,
  };
  members.refuseOthers();
  return entry;
}

/**
 * What every record has, whatever else it says. Of one whose digest a statement names nobody needs to ask.
 *
 * @param {string} record
 */
export function requireRecord(record) {
  const text = utf8(record);
  const span = Span.parse(text, MAX_LINE, MAX_DEPTH);
  const members = new JsonMembers(span, "record");
  if (!equal(span.bytes(), text)) {
    throw new FormatError("record: want canonical JSON");
  }
  members.literal("v", "1");
  members.read("salt", readSalt);
  members.string("interaction");
  members.string("patient");
  if (!OUTCOMES.has(members.string("outcome"))) {
    throw members.wrong("outcome", "want shown or refused");
  }
  if (!isInstant(members.string("recorded"))) {
    throw members.wrong("recorded", "want an instant such as 2026-01-31T23:59:59.123Z");
  }
}

function isInstant(text) {
  try {
    return utcMillis(text) === text;
  } catch {
    return false;
  }
}

/** The patient that a record names; undefined where it names none. @param {string} record */
export function patientIn(record) {
  const span = Span.parse(new TextEncoder().encode(record), MAX_LINE, MAX_DEPTH);
  const patient = span.isObject() ? span.members().get("patient") : undefined;
  return patient?.isString() ? patient.string() : undefined;
}
