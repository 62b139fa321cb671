import { FormatError, hex, utf8 } from "./bytes.js";
import { ExportedLeaf, readLeaf } from "./export-leaf.js";
import { OUT_OF_ORDER_MS } from "./instant.js";
import { rangeRoot } from "./range-proof.js";
import { digestOf } from "./sha256.js";
import { Ending } from "./steps.js";

/** Opens every leaf of an export's range, in order, and makes the root anew. */
export class ExportRange {
  unnamed = new Set();
  emptied = new Map();
  erased = [];
  removed = 0n;
  first = undefined;
  last = undefined;
  newest = undefined;

  /**
   * @param {object} manifest with a range
   * @param {import("./export-reader.js").ExportReader} leaves
   * @param {import("./export-records.js").ExportRecords} records
   * @param {string | undefined} removedBefore contents of before this instant may be gone
   */
  constructor(manifest, leaves, records, removedBefore) {
    this.manifest = manifest;
    this.leaves = leaves;
    this.records = records;
    this.removedBefore = removedBefore;
    this.due = manifest.range.from;
  }

  async run() {
    const { range, checkpoint, removed } = this.manifest;
    const { from, to } = range;
    if (from >= to || to > checkpoint.size) {
      throw no("the range is not inside the log", `leaves below ${checkpoint.size}`, `${from} to ${to}`);
    }
    const root = hex(await rangeRoot(range, checkpoint.size, () => this.leafHash()));
    if (root !== hex(checkpoint.root)) {
      throw no(
        "the leaves of the range do not make the signed root: a leaf was changed together with its commitment, or left out",
        hex(checkpoint.root),
        root,
      );
    }
    await this.leaves.expectEnd("export-leaves");
    this.checkBounds(range, checkpoint.size);
    this.checkErasures();
    if (this.removed !== removed) {
      throw no("the manifest counts another number of removed contents", `${this.removed}`, `${removed}`);
    }
  }

  async leafHash() {
    try {
      return await this.nextLeaf();
    } catch (wrong) {
      throw wrong instanceof FormatError ? no(`leaf ${this.due}: not a line of leaves`, `leaf ${this.due}`, wrong.message) : wrong;
    }
  }

  async nextLeaf() {
    const text = await this.leaves.line();
    if (!text) {
      throw no("the file of leaves ends too early", `leaf ${this.due}`, "its end");
    }
    const leaf = readLeaf(text);
    if (leaf.index !== this.due) {
      throw no("a leaf is missing, added or out of order", `leaf ${this.due}`, `leaf ${leaf.index}`);
    }
    if (leaf.statement) {
      await this.take(leaf);
    } else {
      this.unnamed.add(leaf.index);
      this.erased.push(leaf.index);
      this.last = undefined;
    }
    this.due++;
    return leaf.leafHash;
  }

  async take({ index, statement, record, inclusionProof }) {
    if (inclusionProof) {
      throw no(`leaf ${index}: a proof that is not needed`, "none", "one");
    }
    this.content(index, statement, record);
    const { recorded } = statement;
    if (index === this.manifest.range.from) {
      this.first = recorded;
    }
    this.last = recorded;
    this.newest = this.newest > recorded ? this.newest : recorded;
    if (statement.kind === "erasure") {
      removeAll(this.unnamed, statement.leaves);
      removeAll(this.emptied, statement.contents);
    }
    await this.records.next(new ExportedLeaf(index, statement, record));
  }

  /** A disclosure's content may be gone, where a leaf says that it was removed or erased. */
  content(index, statement, record) {
    if (record !== undefined || statement.kind !== "disclosure") {
      checkRecord(index, statement, record);
      return;
    }
    this.removed++;
    if (this.removedBefore === undefined || statement.recorded >= this.removedBefore) {
      this.emptied.set(index, statement.record);
    }
  }

  /** A range that is shorter than the log reaches well beyond the times that were asked for. */
  checkBounds({ from, to }, size) {
    const { since, until } = this.manifest.filter;
    const begins = from === 0n || (since && this.first && millis(this.first) < millis(since) - OUT_OF_ORDER_MS);
    const ends = to === size || (until && this.last && millis(this.last) > millis(until) + OUT_OF_ORDER_MS);
    if (!begins || !ends) {
      throw no(
        "the range is narrower than the times that the export was asked for",
        begins ? `leaves up to ${size}` : "leaves from 0 on",
        `${from} to ${to}`,
      );
    }
  }

  checkErasures() {
    const { erased } = this.manifest;
    for (const [leaf, record] of this.emptied) {
      throw otherRecord(leaf, record, "no record");
    }
    for (const leaf of this.unnamed) {
      throw no(
        "a leaf is not opened, and no leaf of the range says that it was erased",
        `leaf ${leaf} with its statement`,
        "its commitment alone",
      );
    }
    if (erased.length !== this.erased.length || erased.some((leaf, i) => leaf !== this.erased[i])) {
      throw no("the manifest names other leaves as erased", `${this.erased.length} of them`, `${erased.length} of them`);
    }
  }

  inWords() {
    const { range, checkpoint } = this.manifest;
    const but = this.erased.length === 0 ? "" : ` but ${this.erased.length} that leaves say were erased`;
    return `leaves ${range.from} to ${range.to - 1n} of ${checkpoint.size}, every one opened${but}`;
  }
}

/** Ends the check when the record is not the statement's. */
export function checkRecord(index, statement, record) {
  const want = statement.record ?? "no record";
  const got = record === undefined ? "no record" : hex(digestOf(utf8(record)));
  if (want !== got) {
    throw otherRecord(index, want, got);
  }
}

function otherRecord(leaf, want, got) {
  return Ending.failed("record-digest", { reason: `leaf ${leaf}: this is not the record that was committed to`, want, got });
}

function removeAll(leaves, ranges) {
  for (const leaf of leaves.keys()) {
    if (ranges.some(({ first, last }) => first <= leaf && leaf <= last)) {
      leaves.delete(leaf);
    }
  }
}

function millis(instant) {
  return Date.parse(instant);
}

function no(reason, want, got) {
  return Ending.failed("export-leaves", { reason, want, got });
}
