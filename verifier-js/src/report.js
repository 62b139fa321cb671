const EXPLANATIONS = {
  "proof-file": "The proof file is damaged, or is something else.",
  "canonical-form":
    "The resource is not one that a server stored and read back whole, so there is nothing to compare.",
  "content-digest": "The resource was changed after it was recorded, or this is the proof of another one.",
  "resource-identity": "The proof is real, but it is about another resource or version.",
  inclusion: "The log that the checkpoint describes does not hold this statement at this place.",
  "checkpoint-signature": "The owner of the key you trust did not sign this checkpoint.",
  consistency:
    "The anchored log is not a continuation of the log in this proof: history was rewritten, or the proof was.",
  "ledger-head": "What the log showed here is not what it showed everyone on the ledger.",
  "record-digest": "The record was changed after it was committed to.",
  accounting: "Disclosures of this patient are missing, repeated, swapped or not linked.",
  heads:
    "The newest disclosures of this patient are left out, or the end of the log is not what is shown here.",
  "export-manifest": "The manifest of the export was changed, or a file of it is missing, added or another one.",
  "export-leaves":
    "Leaves of the log were changed, dropped, added or swapped in this export, or its end was cut off.",
  "export-records": "A line of the export does not say what the log says, or one is missing or added.",
};
const LONGEST = 500;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}]/u;

/** What a failed step means, in plain words. @param {string} step */
export function explain(step) {
  return EXPLANATIONS[step] ?? "This step must hold for the proof to count.";
}

/**
 * Whether the ledger has gone on since an accounting or an export was made, and nobody said up to when it must be complete.
 * @param {import("./index.js").Report} report
 */
export function isOvertaken({ undecided }) {
  return undecided?.missing.endsWith(" or say --until") ?? false;
}

/** The report as lines for people. @param {import("./index.js").Report} report */
export function plainReport(report) {
  const lines = report.held.map(({ step, what }) => `  \u2713 ${column(step)}${clean(what)}`);
  return [...lines, ...endLines(report), report.verdict.toUpperCase()].join("\n");
}

/** Only what did not hold or is missing. @param {import("./index.js").Report} report @returns {string[]} */
export function endLines({ undecided, failed }) {
  if (undecided) {
    return [`  ? ${column(undecided.step)}still missing: ${clean(undecided.missing)}`];
  }
  if (!failed) {
    return [];
  }
  return [
    `  \u2717 ${column(failed.step)}${clean(failed.reason)}`,
    `      wanted: ${clean(failed.want)}`,
    `      got:    ${clean(failed.got)}`,
    `      ${explain(failed.step)}`,
  ];
}

/** The report as one line of JSON, for programs. @param {import("./index.js").Report} report */
export function jsonReport(report) {
  return JSON.stringify(report, (_, value) => (typeof value === "string" ? clean(value) : value));
}

/** What comes from a hostile file must not steer the reader's terminal, nor flood it. @param {string} text */
export function clean(text) {
  const bounded = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return Array.from(bounded, (c) => (HIDDEN.test(c) ? " " : c)).join("");
}

function column(step) {
  return step + " ".repeat(Math.max(1, 22 - step.length));
}
