import { base64, digestOfHex, FormatError, hex, textOf, utf8 } from "./bytes.js";
import { Span } from "./canonical-text.js";
import { MAX_LINE as MAX_RECORD } from "./accounting-file.js";
import { MAX_LINE } from "./export-reader.js";
import { JsonMembers } from "./json-members.js";
import { hashesJson, jsonText } from "./json-text.js";
import { hashes, readSalt } from "./proof-file.js";
import { digestOf, hmacOf } from "./sha256.js";
import { readStatement } from "./statement.js";

const MAX_DEPTH = 8;

/** What the tree's leaf hash begins with (RFC 9162), and an entry that is a commitment (STM-4). */
const COMMITTED = Uint8Array.of(0, 1);

/**
 * A line of the file that opens leaves, strictly: its commitment is its statement's. Without a statement the leaf is erased.
 *
 * @param {Uint8Array} json
 */
export function readLeaf(json) {
  const members = new JsonMembers(Span.parse(json, MAX_LINE, MAX_DEPTH), "leaf");
  const index = members.count("leafIndex");
  const commitment = members.read("commitment", digestOfHex);
  const opened = members.has("statement") ? readOpened(members) : {};
  members.refuseOthers();
  const { statement, salt, record, inclusionProof } = opened;
  const made = statement ? hmacOf(salt, statement.bytes) : commitment;
  const spelled = jsonText({
    leafIndex: index,
    commitment: hex(made),
    statement: statement?.bytes,
    salt: salt && base64(salt),
    record,
    inclusionProof: inclusionProof && hashesJson(inclusionProof),
  });
  if (spelled !== textOf(json)) {
    throw new FormatError(`leaf ${index}: its commitment is not its statement's, or it is spelled in another way`);
  }
  return { index, ...opened, leafHash: digestOf(COMMITTED, made) };
}

function readOpened(members) {
  return {
    statement: readStatement(members.value("statement")),
    salt: members.read("salt", readSalt),
    record: members.has("record") ? members.string("record") : undefined,
    inclusionProof: members.has("inclusionProof") ? hashes(members, "inclusionProof") : undefined,
  };
}

/** An opened leaf and what its record says: all that a line of an export is made of. */
export class ExportedLeaf {
  /** @param {bigint} index @param {object} statement @param {string | undefined} record */
  constructor(index, statement, record) {
    this.index = index;
    this.statement = statement;
    this.facts = record === undefined ? new Map() : factsIn(record);
  }

  /** Its kind; undefined for leaves that are about the log itself. A removed record is no refusal. */
  kind() {
    switch (this.statement.kind) {
      case "resource-version":
        return "versions";
      case "disclosure":
        return this.text("outcome") === "refused" ? "refusals" : "disclosures";
      case "consent":
      case "key-binding":
        return "consents";
      default:
        return undefined;
    }
  }

  /** The text under a name of the record. */
  text(name) {
    return textIn(this.facts, name);
  }

  /** The text under a name of the record's requester. */
  requester(name) {
    const who = this.facts.get("requester");
    return who?.isObject() ? textIn(who.members(), name) : undefined;
  }

  /** The texts in a list of the record. */
  texts(name) {
    const list = this.facts.get(name);
    const elements = list?.isArray() ? list.elements() : [];
    return elements.filter((one) => one.isString()).map((one) => one.string());
  }

  /** The number under a name of the record, as it is spelled. */
  number(name) {
    const literal = this.facts.get(name)?.literal() ?? "";
    return /^[-0-9]/.test(literal) ? literal : undefined;
  }

  /** The purposes of use, each `system|code`. */
  purposes() {
    const all = this.text("purposes")?.split(" ") ?? this.texts("purposes");
    return all.filter((one) => one !== "");
  }

  /** The person who acted, `Practitioner/7`. */
  person() {
    return this.text("user") ?? this.requester("person");
  }

  /** The subject of that person's token. */
  subject() {
    return this.text("subject") ?? this.requester("subject");
  }

  /** The organization for which the person acted. */
  organization() {
    return this.text("organization") ?? this.requester("organization");
  }

  /** The application. */
  application() {
    return this.text("client") ?? this.requester("application");
  }

  /** Why it was shown or refused. */
  why() {
    return this.text("reason") ?? this.text("rule");
  }

  /** What it is about: the version, the Consent, the patient whose key it is. */
  target() {
    const { kind, resource, version, consent, subject } = this.statement;
    switch (kind) {
      case "resource-version":
        return `${resource}/_history/${version}`;
      case "consent":
        return consent;
      case "key-binding":
        return subject;
      default:
        return this.text("target");
    }
  }

  /** The patient whom the leaf names by itself. */
  patient() {
    const { kind, resource, subject } = this.statement;
    if (kind === "consent" || kind === "key-binding") {
      return subject;
    }
    if (kind === "resource-version") {
      return resource.startsWith("Patient/") ? resource : undefined;
    }
    return this.text("patient");
  }

  /** The resources that it names, as it names them. */
  resourcesWithVersions() {
    const target = this.target();
    return [...new Set([...(target === undefined ? [] : [target]), ...this.texts("resources")])];
  }
}

function factsIn(record) {
  let span;
  try {
    span = Span.parse(utf8(record), MAX_RECORD, MAX_DEPTH);
  } catch (wrong) {
    throw wrong instanceof FormatError ? new FormatError(`record: ${wrong.message}`) : wrong;
  }
  if (!span.isObject()) {
    throw new FormatError("record: want a JSON object");
  }
  return span.members();
}

function textIn(members, name) {
  const value = members.get(name);
  return value?.isString() ? value.string() : undefined;
}
