import { digestOfHex, FormatError, hex } from "./bytes.js";
import { FORM, resourceKey } from "./canonical-resource.js";
import { utcMillis } from "./instant.js";
import { JsonMembers } from "./json-members.js";

const MAX_SUBJECT = 256;
const MAX_RANGES = 1000;
const LEAF = /^(?:0|[1-9][0-9]{0,17})$/;
const VERSION = /^[A-Za-z0-9.-]{1,64}$/;
const EVENT = /^[a-z][a-z-]{0,31}$/;
const KEY = /^0x(?:[0-9a-fA-F]{2}){20,65}$/;
const OPERATIONS = new Set(["create", "update", "delete", "erase"]);

const KINDS = {
  "resource-version": resourceVersion,
  disclosure,
  consent,
  "key-binding": keyBinding,
  erasure,
  heads,
  retention,
};

/**
 * Reads a statement strictly (STM-1): a member unknown, missing or of another type is an error, and so is a value in
 * another than its one spelling. So its canonical bytes are exactly what the server committed to. `record` is the digest
 * of the record beside it, for kinds that have one.
 *
 * @param {import("./canonical-text.js").Span} span
 */
export function readStatement(span) {
  const members = new JsonMembers(span, "statement");
  members.literal("v", "1");
  const kind = members.string("kind");
  if (!Object.hasOwn(KINDS, kind)) {
    throw members.wrong("kind", "want a kind this version knows");
  }
  const statement = { kind, recorded: instant(members, "recorded"), ...KINDS[kind](members) };
  members.refuseOthers();
  return { ...statement, bytes: span.bytes() };
}

function resourceVersion(members) {
  const resource = members.read("resource", parseKey);
  const version = members.string("version");
  const operation = members.read("operation", parseOperation);
  const content = members.has("content") ? contentOf(members.object("content")) : undefined;
  const record = hex(members.read("provenance", digestOfHex));
  const previous = previousOf(members);
  checkVersion(version);
  const fits = operation === "erase" || (operation === "delete") === (content === undefined);
  require(fits, `content: want one with create and update, none with delete, got ${operation}`);
  return { resource, version, operation, content, record, previous, chain: `resource:${resource}` };
}

function contentOf(content) {
  if (content.string("form") !== FORM) {
    throw content.wrong("form", `want ${FORM}`);
  }
  const sha256 = hex(content.read("sha256", digestOfHex));
  content.refuseOthers();
  return sha256;
}

function disclosure(members) {
  const subject = hex(members.read("subject", digestOfHex));
  const sequence = members.count("sequence");
  const record = hex(members.read("record", digestOfHex));
  const previous = previousOf(members);
  require(
    sequence > 1 === (previous !== undefined),
    "previous: want one from sequence 2 on, and none before it",
  );
  return { subject, sequence, record, previous, chain: `disclosure:${subject}` };
}

function consent(members) {
  const subject = members.string("subject");
  const consent = members.read("consent", parseKey);
  const event = members.string("event");
  const record = hex(members.read("record", digestOfHex));
  const rest = ofSubject(subject, previousOf(members));
  require(EVENT.test(event), "event: want a lower-case word of up to 32 letters");
  return { consent, event, record, ...rest };
}

function keyBinding(members) {
  const subject = members.string("subject");
  const event = members.string("event");
  const key = members.string("key");
  const record = hex(members.read("record", digestOfHex));
  const rest = ofSubject(subject, previousOf(members));
  require(EVENT.test(event), "event: want a lower-case word of up to 32 letters");
  require(KEY.test(key), "key: want 0x and 20 to 65 bytes in hex");
  return { event, key, record, ...rest };
}

function erasure(members) {
  const leaves = members.read("leaves", leafRanges);
  const contents = members.read("contents", leafRanges);
  const record = hex(members.read("record", digestOfHex));
  const previous = previousOf(members);
  const ranges = leaves.length + contents.length;
  require(
    ranges > 0 && ranges <= MAX_RANGES,
    `leaves and contents: want 1 to ${MAX_RANGES} ranges together`,
  );
  return { leaves, contents, record, previous, chain: "erasure" };
}

/** Ranges of leaves in their one spelling, such as `5-9,12`: ascending, and none that touch. */
function leafRanges(text) {
  if (text === "") {
    return [];
  }
  let next = 0n;
  const parts = text.split(",");
  const ranges = parts.map((part) => {
    const ends = part.split("-");
    if (ends.length > 2 || !ends.every((end) => LEAF.test(end))) {
      throw new FormatError("leaves: want numbers without leading zeros");
    }
    return { first: BigInt(ends[0]), last: BigInt(ends.at(-1)) };
  });
  for (const { first, last } of ranges) {
    if (first < next || last < first) {
      throw new FormatError("leaves: want ranges in order that do not touch");
    }
    next = last + 2n;
  }
  const spelled = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  if (spelled.join(",") !== text) {
    throw new FormatError("leaves: want ranges such as 5-9,12");
  }
  return ranges;
}

function heads(members) {
  const map = members.read("map", digestOfHex);
  const covers = members.count("covers");
  return { map, covers, previous: previousOf(members), chain: "heads" };
}

function retention(members) {
  const before = instant(members, "before");
  return { before, previous: previousOf(members), chain: "retention" };
}

function ofSubject(subject, previous) {
  const bounded = subject.length > 0 && subject.length <= MAX_SUBJECT;
  require(bounded, `subject: want 1 to ${MAX_SUBJECT} characters`);
  return { subject, previous, chain: `subject:${subject}` };
}

function previousOf(members) {
  return members.isNull("previous") ? undefined : hex(members.read("previous", digestOfHex));
}

/** Only the one spelling: what is written again must be what was committed to. */
function instant(members, name) {
  return members.read(name, (text) => {
    if (utcMillis(text) !== text) {
      throw new FormatError("want UTC with milliseconds");
    }
    return text;
  });
}

function parseKey(text) {
  const slash = text.indexOf("/");
  if (slash < 0) {
    throw new FormatError("resource: want type/id");
  }
  return resourceKey(text.slice(0, slash), text.slice(slash + 1));
}

function parseOperation(word) {
  if (!OPERATIONS.has(word)) {
    throw new FormatError("operation: want create, update, delete or erase");
  }
  return word;
}

function checkVersion(version) {
  require(VERSION.test(version), "version: want 1 to 64 of A-Z a-z 0-9 - .");
}

function require(holds, message) {
  if (!holds) {
    throw new FormatError(`statement: ${message}`);
  }
}
