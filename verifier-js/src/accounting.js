import { AccountingChain } from "./accounting-chain.js";
import { ACCOUNTING_FORMAT, patientIn, readEntry, readHead, requireRecord } from "./accounting-file.js";
import { FormatError, hex, utf8 } from "./bytes.js";
import { hmacSha256, sha256 } from "./crypto.js";
import { provenUpTo, said } from "./instant.js";
import { holdsHead } from "./sparse-map.js";
import { Ending, Steps } from "./steps.js";
import { checkStatement } from "./verification.js";

const NO_HEADS = "an anchor that ends with the heads of all patients; ask for the accounting again";
const NOBODYS = "whose it is: no record in it names a patient, so the tag must be known; say --tag";

/**
 * Checks a patient's accounting, line by line: each record is the one that its statement names, each proof holds by
 * itself, all are of one subject, their numbers run from 1 without a gap, each statement names the commitment of the one
 * before (DIS-3), and the newest that is anchored is the one that the map of heads of the ledger's newest size names
 * (DIS-6). Keeps one line at a time; never throws on what it is given.
 */
export class AccountingVerification {
  chain = new AccountingChain();
  steps = new Steps();
  known = new Set();
  anchoredSize = 0n;
  anchored = false;
  removed = 0;
  erased = 0;
  erasedContents = [];
  waiting = 0;

  /**
   * @param {import("./index.js").LogKey} key
   * @param {(proof: object) => Promise<import("./index.js").HeadEvidence>} evidence what is known of the log's head for a proof
   * @param {string | undefined} until an instant in its one spelling: an accounting counts that was complete up to it,
   *     though the ledger has newer heads by now; without, it must speak of the ledger's newest head
   * @param {string | undefined} tag of the patient whose it must be, 64 lower-case hex digits
   * @param {boolean} vouched whether somebody who is believed says whose it is, as the signed manifest of an export does;
   *     without that and a tag one that names no patient stays open: anybody's would do
   */
  constructor(key, evidence, until, tag, vouched = false) {
    this.key = key;
    this.evidence = evidence;
    this.until = until;
    this.tag = tag;
    this.vouched = vouched;
  }

  /** The next line of the file, without its end. @param {Uint8Array} line */
  async read(line) {
    if (this.failure) {
      return;
    }
    try {
      await (this.head ? this.next(readEntry(line)) : this.begin(readHead(line)));
    } catch (wrong) {
      this.failure = wrong instanceof FormatError ? this.noLine(wrong) : wrong;
    }
  }

  noLine({ message }) {
    const reason = this.head
      ? `the line after ${this.chain.where()} is none of an accounting`
      : "not an accounting with proofs";
    return Ending.failed("proof-file", { reason, want: ACCOUNTING_FORMAT, got: message });
  }

  /** The answer, after the last line. @returns {Promise<import("./index.js").Report>} */
  async report() {
    try {
      if (this.failure) {
        throw this.failure;
      }
      await this.end();
      return this.steps.verified();
    } catch (ending) {
      return this.steps.ended(ending);
    }
  }

  async begin(head) {
    this.head = head;
    if (this.tag !== undefined) {
      AccountingChain.requireTag(this.tag, head.subject);
    }
    if (head.retention) {
      await this.retention(head.retention);
    }
    for (const proof of head.erasures) {
      await this.erasure(proof);
    }
    if (head.heads) {
      await this.headsLeaf(head.heads.proof);
    }
  }

  async retention(proof) {
    if (proof.statement.kind !== "retention") {
      throw Ending.failed("record-digest", {
        reason: "what should say that content was removed says something else",
        want: "a statement of kind retention",
        got: proof.statement.chain,
      });
    }
    await this.decided("the leaf that says which content was removed", proof);
    this.removedBefore = proof.statement.before;
  }

  async erasure(proof) {
    if (proof.statement.kind !== "erasure") {
      throw Ending.failed("record-digest", {
        reason: "what should say that content was erased says something else",
        want: "a statement of kind erasure",
        got: proof.statement.chain,
      });
    }
    await this.decided("a leaf that says which content was erased", proof);
    this.erasedContents.push(...proof.statement.contents);
  }

  async headsLeaf(proof) {
    const { statement, leafIndex, anchor, checkpoint } = proof;
    const size = (anchor ?? checkpoint).size;
    requireHeads("the leaf is not one of heads", "a statement of kind heads", kindOfHeads(statement));
    requireHeads("the heads are not those at the end of the anchored log", `leaf ${size - 1n}`, `leaf ${leafIndex}`);
    requireHeads("the heads do not cover all leaves before them", `${leafIndex} leaves`, `${statement.covers} leaves`);
    this.anchoredSize = size;
    if (await this.decided("the heads leaf", proof)) {
      await this.newestOnLedger(proof);
    } else {
      // Signed is not enough: without the ledger anyone who holds the key could show an older end.
      this.open ??= Ending.missing("heads", NO_HEADS);
    }
  }

  async newestOnLedger(proof) {
    const evidence = await this.evidence(proof);
    const moved = evidence.kind === "on-ledger" && evidence.size !== this.anchoredSize;
    const proven = provenUpTo(proof.statement.recorded);
    if (moved && (this.until === undefined || proven < this.until)) {
      this.open ??= Ending.missing(
        "heads",
        `an accounting up to the ledger's newest head: this one is complete up to ${said(proven)}, the end of ${this.anchoredSize} leaves; ask again, or say --until`,
      );
    }
  }

  /** Whether the proof holds up to the ledger. What speaks against it ends the check. */
  async decided(what, proof) {
    const report = await checkStatement(proof, this.key, await this.evidence(proof), this.known);
    if (report.failed) {
      const { step, reason, want, got } = report.failed;
      throw Ending.failed(step, { reason: `${what}: ${reason}`, want, got });
    }
    if (report.undecided && (proof.anchor || report.undecided.step !== "ledger-head")) {
      this.open ??= Ending.missing(report.undecided.step, report.undecided.missing);
    }
    return report.verdict === "verified";
  }

  async next({ record, proof }) {
    if (!proof) {
      if (record === undefined) {
        throw new FormatError("a line without a record and without a proof");
      }
      requireRecord(record);
      this.chain.names(patientIn(record));
      this.waiting++;
      return;
    }
    if (this.waiting > 0) {
      throw new FormatError("a numbered disclosure after one without a number");
    }
    this.chain.next(proof, await hmacSha256(proof.salt, proof.statement.bytes), this.head.subject);
    await this.checkRecord(proof, record);
    await this.decided(this.chain.where(), proof);
    this.anchored ||= proof.anchor !== undefined;
    if (proof.leafIndex < this.anchoredSize) {
      this.chain.anchored();
    }
  }

  async checkRecord({ statement, leafIndex }, record) {
    if (record === undefined) {
      if (this.erasedContents.some(({ first, last }) => first <= leafIndex && leafIndex <= last)) {
        this.erased++;
        return;
      }
      if (this.removedBefore === undefined || statement.recorded >= this.removedBefore) {
        throw Ending.failed("record-digest", {
          reason: `${this.chain.where()}: its content is not there, and no leaf says that it was removed`,
          want: statement.record,
          got: "nothing",
        });
      }
      this.removed++;
      return;
    }
    const got = hex(await sha256(utf8(record)));
    if (got !== statement.record) {
      throw Ending.failed("record-digest", {
        reason: `${this.chain.where()}: this is not the record that was committed to`,
        want: statement.record,
        got,
      });
    }
    this.chain.names(patientIn(record));
  }

  async end() {
    if (!this.head) {
      throw Ending.failed("proof-file", { reason: "not an accounting with proofs", want: ACCOUNTING_FORMAT, got: "nothing" });
    }
    const { chain, steps } = this;
    steps.held("accounting", chain.inWords(this.head.subject));
    if (this.removed > 0) {
      steps.held("record-digest", `${this.removed} of them without content, which a leaf says was removed`);
    }
    if (this.erased > 0) {
      steps.held("record-digest", `${this.erased} of them without content, which a leaf says was erased`);
    }
    await this.newest(this.head);
    if (this.tag === undefined && !this.vouched && !chain.isNamed()) {
      throw Ending.missing("accounting", NOBODYS);
    }
    if (chain.notAnchored() > 0n) {
      steps.held("inclusion", `${chain.notAnchored()} of them in the log, and not yet anchored`);
    }
    if (this.waiting > 0) {
      throw Ending.missing(
        "inclusion",
        `a proof of each line: not proven are ${this.waiting} at the end, nothing confirms what they say; ask for the accounting again`,
      );
    }
    if (this.open) {
      throw this.open;
    }
  }

  async newest({ subject, heads }) {
    if (!heads) {
      throw this.anchored
        ? Ending.failed("heads", {
            reason: "an anchored accounting without the heads of all patients",
            want: "a heads leaf",
            got: "none",
          })
        : Ending.missing("heads", NO_HEADS);
    }
    const { statement } = heads.proof;
    const head = await this.chain.head(heads.salt);
    if (!(await holdsHead(heads.map, statement.map, subject, head))) {
      throw Ending.failed("heads", {
        reason: "the newest disclosure is not the one that the anchored log names for this patient",
        want: `the head in the map of ${this.anchoredSize} leaves`,
        got: this.chain.newestInWords(),
      });
    }
    this.steps.held(
      "heads",
      `${this.chain.newestInWords()} is the newest of the anchored ${this.anchoredSize} leaves, as of ${said(statement.recorded)}`,
    );
  }
}

function kindOfHeads({ kind, chain }) {
  return kind === "heads" ? "a statement of kind heads" : chain;
}

function requireHeads(reason, want, got) {
  if (want !== got) {
    throw Ending.failed("heads", { reason, want, got });
  }
}
