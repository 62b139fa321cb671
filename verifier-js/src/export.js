import { AccountingVerification } from "./accounting.js";
import { FormatError, hex, textOf } from "./bytes.js";
import { MAX_NOTE, whyNotSigned } from "./checkpoint.js";
import {
  ACCOUNTING,
  checkManifestSignature,
  completeness,
  EXPORT_FORMAT,
  LEAVES,
  MANIFEST,
  MAX_MANIFEST,
  parseManifest,
  SIGNATURE,
} from "./export-manifest.js";
import { ExportOfPatient } from "./export-patient.js";
import { ExportRange } from "./export-range.js";
import { ExportReader } from "./export-reader.js";
import { ExportRecords } from "./export-records.js";
import { partsOf } from "./file-parts.js";
import { checkHead } from "./head.js";
import { provenUpTo, said } from "./instant.js";
import { jsonText } from "./json-text.js";
import { Ending, Steps } from "./steps.js";
import { whyNotProven } from "./verification.js";

/**
 * Checks an export, offline but for the ledger's head (EXP-2): the manifest is signed, every leaf of its range is opened and
 * makes the signed root, each line of records is what its leaf says, no line is missing, and the head is the ledger's newest.
 * Keeps one line at a time. Throws for a file that cannot be read, and for nothing that one holds.
 */
export class ExportVerification {
  /**
   * @param {import("./index.js").ExportFiles} files all that is in the folder, by name
   * @param {import("./index.js").LogKey} key
   * @param {(anchored: {anchor?: import("./index.js").Anchor}) => Promise<import("./index.js").HeadEvidence>} evidence
   * @param {string | undefined} until an instant in its one spelling: an export is enough that was complete up to it
   */
  constructor(files, key, evidence, until) {
    this.files = files;
    this.key = key;
    this.evidence = evidence;
    this.until = until;
    this.steps = new Steps();
  }

  /** The answer; to be asked for once. @returns {Promise<import("./index.js").Report>} */
  async report() {
    const { steps } = this;
    try {
      await this.check();
      return steps.verified();
    } catch (ending) {
      return steps.ended(ending instanceof FormatError ? noFile("a file is none of an export", EXPORT_FORMAT, ending.message) : ending);
    }
  }

  async check() {
    const { steps, key } = this;
    steps.at = "export-manifest";
    const manifest = await this.manifest();
    this.checkFiles(manifest);
    steps.at = "checkpoint-signature";
    await this.checkSigned(manifest.checkpoint);
    steps.held("checkpoint-signature", `${key.text}, ${manifest.checkpoint.size} leaves`);
    const records = new ExportRecords(manifest, this.files);
    const readers = [manifest.range ? LEAVES : ACCOUNTING, ...(manifest.range ? [] : [LEAVES])].map(
      (name) => new ExportReader(name, this.files.get(name)),
    );
    try {
      await records.begin();
      const newest = await (manifest.range ? this.range(manifest, records, readers) : this.patient(manifest, records, readers));
      steps.held("export-records", counted(manifest));
      steps.held("ledger-head", await this.head(manifest, newest));
    } finally {
      await Promise.all([records, ...readers].map((open) => open.close()));
    }
  }

  async manifest() {
    for (const name of [MANIFEST, SIGNATURE]) {
      this.require(name);
    }
    const bytes = await this.read(MANIFEST, MAX_MANIFEST);
    const note = await this.read(SIGNATURE, MAX_NOTE);
    await checkManifestSignature(this.key, bytes, textOf(note));
    const manifest = parseManifest(bytes);
    const { format, filter, created } = manifest;
    this.steps.held("export-manifest", `signed; ${format.word} of ${jsonText(filter.toJson())}, made ${created}`);
    return manifest;
  }

  require(name) {
    if (!this.files.has(name)) {
      throw noFile("a file is missing", name, "no such file");
    }
  }

  async read(name, most) {
    const parts = [];
    let length = 0;
    for await (const part of partsOf(this.files.get(name))) {
      parts.push(part);
      length += part.length;
      if (length > most) {
        throw new FormatError(`${name}: want at most ${most} bytes`);
      }
    }
    const bytes = new Uint8Array(length);
    parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
    return bytes;
  }

  checkFiles({ format, range, files }) {
    const want = [...format.files, LEAVES, ...(range ? [] : [ACCOUNTING])].sort();
    const named = files.map(({ name }) => name).sort();
    if (named.length !== want.length || named.some((name, i) => name !== want[i])) {
      throw noFile("the manifest names other files than such an export has", list(want), list([...new Set(named)]));
    }
    want.forEach((name) => this.require(name));
    const others = [...this.files.keys()].filter((name) => ![MANIFEST, SIGNATURE, ...want].includes(name));
    if (others.length > 0) {
      throw noFile("a file that is none of this export", list(want), others.sort().join(", "));
    }
  }

  async checkSigned(checkpoint) {
    this.steps.require("checkpoint-signature", await whyNotSigned(checkpoint, this.key));
  }

  async range(manifest, records, [leaves]) {
    const check = new ExportRange(manifest, leaves, records, await this.removedBefore(manifest));
    this.steps.at = "export-leaves";
    await check.run();
    await records.end();
    await same(manifest, [leaves, ...records.readers.values()]);
    this.steps.held("export-leaves", check.inWords());
    return check.newest;
  }

  async patient(manifest, records, [lines, leaves]) {
    const accounting = new AccountingVerification(this.key, this.evidence, this.enough(manifest), undefined, true);
    const check = new ExportOfPatient(manifest, records, accounting);
    this.steps.at = "accounting";
    const held = await check.readAccounting(lines);
    this.steps.at = "export-leaves";
    await check.readLeaves(leaves);
    await records.end();
    await same(manifest, [lines, leaves, ...records.readers.values()]);
    held.forEach(({ step, what }) => this.steps.held(step, what));
    this.steps.held("export-leaves", check.inWords());
    return check.newest;
  }

  /** Contents of before this instant may be gone: a leaf of this log says so. */
  async removedBefore({ retention }) {
    if (!retention) {
      return undefined;
    }
    await this.checkSigned(retention.checkpoint);
    const { kind, before, chain } = retention.statement;
    if (kind !== "retention" || (await whyNotProven(retention))) {
      throw Ending.failed("record-digest", {
        reason: "what should say that content was removed is no such leaf of this log",
        want: "a leaf of kind retention",
        got: chain,
      });
    }
    return before;
  }

  /** Up to when it must be complete: what is recorded later is in no time that was asked for. */
  enough({ filter }) {
    return this.until ?? filter.until;
  }

  /** The head of the export is the newest that is known, or one after the instant asked for. */
  async head(manifest, newest) {
    const { anchor, checkpoint } = manifest;
    if (anchor && (anchor.size !== checkpoint.size || hex(anchor.root) !== hex(checkpoint.root))) {
      throw Ending.failed("consistency", {
        reason: "the anchor is of another head than the checkpoint",
        want: `${checkpoint.size} leaves, ${hex(checkpoint.root)}`,
        got: `${anchor.size} leaves, ${hex(anchor.root)}`,
      });
    }
    this.steps.at = "ledger-head";
    const evidence = await this.evidence(manifest);
    if (evidence.kind === "pinned" && evidence.size > checkpoint.size) {
      throw Ending.failed("ledger-head", {
        reason: "the export ends before the head that you know",
        want: `${evidence.size} leaves`,
        got: `${checkpoint.size} leaves`,
      });
    }
    const found = checkHead(manifest, evidence);
    const enough = this.enough(manifest);
    const early = newest === undefined || enough === undefined || provenUpTo(newest) < enough;
    if (early && evidence.kind === "on-ledger" && evidence.size !== checkpoint.size) {
      throw Ending.missing(
        "ledger-head",
        `an export up to the ledger's newest head of ${evidence.size} leaves: this one ends at leaf ${checkpoint.size}${upTo(newest)}; ask again, or say --until`,
      );
    }
    return found;
  }
}

/** Every file is to the byte what the signed manifest says, whatever its lines meant. */
async function same({ files }, readers) {
  for (const reader of readers) {
    const got = await reader.all();
    const want = files.find(({ name }) => name === got.name);
    if (want.bytes !== got.bytes || want.sha256 !== got.sha256) {
      throw noFile(
        `${got.name} has another length or digest than the manifest says`,
        `${want.bytes} bytes, ${want.sha256}`,
        `${got.bytes} bytes, ${got.sha256}`,
      );
    }
  }
}

function upTo(newest) {
  return newest === undefined ? "" : `, complete up to ${said(provenUpTo(newest))}`;
}

function counted(manifest) {
  const { filter, counts, removed } = manifest;
  const words = filter.kinds.map((kind) => `${counts.get(kind)} ${kind} (${completeness(manifest, kind)})`);
  return [...words, ...(removed > 0n ? [`${removed} without content, which a leaf says was removed`] : [])].join(", ");
}

function list(names) {
  return `[${names.join(", ")}]`;
}

function noFile(reason, want, got) {
  return Ending.failed("export-manifest", { reason, want, got });
}
