// What the lines of an accounting with proofs say, for whoever shows them to people.
import { auditEvent } from "./export-audit-event.js";
import { ExportedLeaf } from "./export-leaf.js";
import { MAX_LINE, readEntry } from "./accounting-file.js";
import { linesOf } from "./file-parts.js";
import { utf8 } from "./bytes.js";

/**
 * Each line with a number as the AuditEvent that the server makes of it, in the order of the numbers, which are bigints there.
 * Reads, and checks nothing: what the lines are worth says `verifyAccounting` of the same file.
 *
 * @param {import("./index.js").BigFile | string} file
 */
export async function* accountingEvents(file) {
  let isHead = true;
  for await (const line of linesOf(typeof file === "string" ? utf8(file) : file, MAX_LINE)) {
    const { record, proof } = isHead ? {} : readEntry(line);
    isHead = false;
    if (proof) {
      yield auditEvent(new ExportedLeaf(proof.leafIndex, proof.statement, record));
    }
  }
}
