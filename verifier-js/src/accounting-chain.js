import { hex } from "./bytes.js";
import { headOf } from "./sparse-map.js";
import { Ending } from "./steps.js";

/** The numbered disclosures of one patient, in the order they come (DIS-3). */
export class AccountingChain {
  number = 0n;
  lastLeaf = -1n;
  commitment = undefined;
  patient = undefined;
  anchoredNumber = 0n;
  anchoredCommitment = undefined;

  /** Takes the next one; it must follow the one before. @param {Uint8Array} commitment of its leaf */
  next({ statement, leafIndex }, commitment, subject) {
    const due = this.number + 1n;
    if (statement.kind !== "disclosure") {
      throw no("the statement is not about a disclosure", "a statement of kind disclosure", statement.chain);
    }
    same(`disclosure ${due} is of another patient than the first line`, hex(subject), statement.subject);
    if (statement.sequence !== due) {
      throw no("a disclosure is missing or out of order", `disclosure ${due}`, `disclosure ${statement.sequence}`);
    }
    same(
      `disclosure ${due} does not follow the one before it`,
      this.commitment ? hex(this.commitment) : "no predecessor",
      statement.previous ?? "no predecessor",
    );
    if (leafIndex <= this.lastLeaf) {
      throw no("two of one leaf", `a leaf after ${this.lastLeaf}`, `leaf ${leafIndex}`);
    }
    this.number = due;
    this.lastLeaf = leafIndex;
    this.commitment = commitment;
  }

  /** The one that was taken last is in the anchored log. */
  anchored() {
    this.anchoredNumber = this.number;
    this.anchoredCommitment = this.commitment;
  }

  /** All records that name a patient name the same one. @param {string | undefined} named */
  names(named) {
    if (this.patient !== undefined && named !== undefined) {
      same(`${this.where()}: names another patient`, this.patient, named);
    }
    this.patient ??= named;
  }

  /** Whether a record says whose it is. */
  isNamed() {
    return this.patient !== undefined;
  }

  /** The accounting is of the patient that is asked about. @param {string} wanted @param {Uint8Array} subject */
  static requireTag(wanted, subject) {
    same("the accounting has another tag, so it is not this patient's", wanted, hex(subject));
  }

  /** What the map must hold for the newest one that is anchored. @param {Uint8Array | undefined} salt */
  async head(salt) {
    if (!this.anchoredCommitment) {
      return undefined;
    }
    if (!salt) {
      throw no("the accounting has disclosures, and heads without one", this.newestInWords(), "none");
    }
    return headOf(salt, this.anchoredNumber, this.anchoredCommitment);
  }

  notAnchored() {
    return this.number - this.anchoredNumber;
  }

  where() {
    return this.number === 0n ? "the first line" : `disclosure ${this.number}`;
  }

  newestInWords() {
    return this.anchoredNumber === 0n ? "no disclosure" : `disclosure ${this.anchoredNumber}`;
  }

  inWords(subject) {
    const which = this.number === 0n ? "no disclosure" : `disclosures 1 to ${this.number} in order`;
    return `${which} of ${this.patient ?? "one patient"}, tag ${hex(subject)}`;
  }
}

function same(reason, want, got) {
  if (want !== got) {
    throw no(reason, want, got);
  }
}

function no(reason, want, got) {
  return Ending.failed("accounting", { reason, want, got });
}
