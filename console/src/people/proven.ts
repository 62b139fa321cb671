// Whether an accounting is whole: the file with its proofs, checked here, and the list on the page, held against that file line by line.
import { accountingEvents, verifyAccounting, type Report } from "fhir-anchor-verifier";
import { logInfo } from "../fhir/actuator";
import { askBytes } from "../fhir/ask";
import type { Session } from "../fhir/session";
import { accounting, lookOf, type Accounting, type AuditEvent, type Look, type Period } from "./disclosures";

const TRIES = 3;
const PAUSE = 500;
const LEDGER = "ledger-head";

/** The verifier's step that is open while lines have no proof. */
export const WITHOUT_PROOF = "inclusion";

/** A line of the list that is not what the file says, or of the file that is not in the list; one without a number has none. */
export type Difference = { kind: "differs" | "absent"; number?: number };

export interface Proven {
  file: Uint8Array;
  report: Report;
  /** The list as the server gives it after the file: the one to show. */
  list: Accounting;
  /** Between the list and the file; looked for where the file fits. */
  difference?: Difference;
  /** Lines of the list that came after the file. */
  newer: number;
}

/** The file fits as far as that can be known without a ledger: this page asks no other address. */
export function fits({ failed, undecided }: Report): boolean {
  return failed === undefined && (undecided === undefined || undecided.step === LEDGER);
}

/**
 * All of it with its proofs, and what the verifier says of it here. The list is asked for after the file, so that it must have each
 * line of it: a record waits for its number for less than a second, and asking is a line as well.
 */
export async function provenAccounting(session: Session, patient: string, period: Period, tag?: string): Promise<Proven> {
  const { file, report } = await checkedFile(session, patient, tag);
  const list = await accounting(session, patient, period);
  return { file, report, list, newer: 0, ...(fits(report) ? compared(list, await recordedIn(file), within(period)) : {}) };
}

/** Where a line still waits for its number, the file is asked for again. */
async function checkedFile(session: Session, patient: string, tag?: string): Promise<{ file: Uint8Array; report: Report }> {
  for (let left = TRIES - 1; ; left--) {
    const [file, { verifierKey }] = await Promise.all([
      askBytes(session, `${patient}/$disclosures?_outputFormat=proofs`, "application/x-ndjson"),
      logInfo(),
    ]);
    const report = await verifyAccounting({ file, key: verifierKey, tag });
    if (left === 0 || report.undecided?.step !== WITHOUT_PROOF) {
      return { file, report };
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** What the page would show of each line, by number. */
async function recordedIn(file: Uint8Array): Promise<Map<number, Look>> {
  const recorded = new Map<number, Look>();
  for await (const event of accountingEvents(file)) {
    const look = lookOf(event as AuditEvent);
    recorded.set(look.number as number, look);
  }
  return recorded;
}

function compared({ looks, cut }: Accounting, recorded: Map<number, Look>, isWithin: (look: Look) => boolean): Pick<Proven, "difference" | "newer"> {
  const open = new Map(recorded);
  const first = cut ? oldestListed(looks) : 0;
  let newer = 0;
  for (const look of looks) {
    const { number } = look;
    if (number === undefined || number > recorded.size) {
      newer += 1;
    } else if (JSON.stringify(look) !== JSON.stringify(open.get(number))) {
      return { difference: { kind: "differs", number }, newer };
    } else {
      open.delete(number);
    }
  }
  const absent = [...open].find(([number, look]) => number >= first && isWithin(look));
  return absent === undefined ? { newer } : { difference: { kind: "absent", number: absent[0] }, newer };
}

/** A list that is cut has the newest, and before them all emergencies. */
function oldestListed(looks: Look[]): number {
  return Math.min(...looks.flatMap(({ number, emergency }) => (emergency === undefined && number !== undefined ? [number] : [])));
}

/** By the reader's own days, as the list was asked for. */
function within({ start, end }: Period): (look: Look) => boolean {
  const from = start === "" ? -Infinity : new Date(`${start}T00:00`).getTime();
  const last = end === "" ? undefined : new Date(`${end}T00:00`);
  const to = last === undefined ? Infinity : last.setDate(last.getDate() + 1);
  return ({ when }) => from <= Date.parse(when) && Date.parse(when) < to;
}
