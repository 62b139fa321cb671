import { readEntry } from "./accounting-file.js";
import { FormatError } from "./bytes.js";
import { ExportedLeaf, readLeaf } from "./export-leaf.js";
import { checkRecord } from "./export-range.js";
import { Ending } from "./steps.js";
import { whyNotIncluded } from "./tree.js";

/** The leaves of an export of one patient: the accounting, which proves its own completeness, and others, each with a proof. */
export class ExportOfPatient {
  newest = undefined;
  last = -1n;
  removed = 0n;

  /**
   * @param {object} manifest without a range
   * @param {import("./export-records.js").ExportRecords} records
   * @param {import("./accounting.js").AccountingVerification} accounting
   */
  constructor(manifest, records, accounting) {
    this.manifest = manifest;
    this.records = records;
    this.accounting = accounting;
  }

  /** The steps of the accounting that held. @param {import("./export-reader.js").ExportReader} lines */
  async readAccounting(lines) {
    let head = true;
    for (let line = await lines.line(); line; line = await lines.line()) {
      await this.accounting.read(line);
      if (this.accounting.failure) {
        break;
      }
      if (!head) {
        await this.take(readEntry(line));
      }
      head = false;
    }
    const { held, failed, undecided } = await this.accounting.report();
    if (failed) {
      throw Ending.failed(failed.step, failed);
    }
    if (undecided) {
      throw Ending.missing(undecided.step, undecided.missing);
    }
    return held;
  }

  async take({ record, proof }) {
    if (!proof) {
      return;
    }
    this.removed += record === undefined ? 1n : 0n;
    this.seen(proof.statement);
    const leaf = new ExportedLeaf(proof.leafIndex, proof.statement, record);
    const { patient } = this.manifest.filter;
    const named = leaf.text("patient");
    if (named !== undefined && named !== patient) {
      throw no("the accounting is of another patient", patient ?? "none", named);
    }
    await this.records.next(leaf);
  }

  seen({ recorded }) {
    this.newest = this.newest > recorded ? this.newest : recorded;
  }

  /** @param {import("./export-reader.js").ExportReader} lines */
  async readLeaves(lines) {
    const { removed } = this.manifest;
    if (removed !== this.removed) {
      throw no("the manifest counts another number of removed contents", `${this.removed}`, `${removed}`);
    }
    let where = lines.where();
    for (let line = await lines.line(); line; line = await lines.line()) {
      await this.leaf(where, line);
      where = lines.where();
    }
  }

  async leaf(where, line) {
    try {
      const leaf = readLeaf(line);
      if (!leaf.statement) {
        throw no(`${where}: a leaf is not opened`, "its statement", "its commitment alone");
      }
      await this.open(leaf);
    } catch (wrong) {
      throw wrong instanceof FormatError
        ? no(`${where}: not a line of leaves`, "a leaf with its statement and its proof", wrong.message)
        : wrong;
    }
  }

  async open({ index, statement, record, inclusionProof, leafHash }) {
    if (index <= this.last) {
      throw no("a leaf is there twice, or out of order", `a leaf after ${this.last}`, `leaf ${index}`);
    }
    this.last = index;
    if (!inclusionProof) {
      throw new FormatError("no proof");
    }
    const { size, root } = this.manifest.checkpoint;
    const why = await whyNotIncluded(leafHash, index, size, inclusionProof, root);
    if (why) {
      throw no(`leaf ${index}: ${why.reason}`, why.want, why.got);
    }
    checkRecord(index, statement, record);
    const leaf = new ExportedLeaf(index, statement, record);
    if (statement.kind === "disclosure") {
      throw no("a disclosure outside of the accounting", "none", `leaf ${index}`);
    }
    this.seen(statement);
    await this.records.next(leaf);
  }

  inWords() {
    return "each opened leaf has its proof; disclosures and refusals by their chain up to the newest one";
  }
}

function no(reason, want, got) {
  return Ending.failed("export-leaves", { reason, want, got });
}
