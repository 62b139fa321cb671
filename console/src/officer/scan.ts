// `$verify-store`, in the pattern of Bulk Data: start, look, end (EXP-6).
import { answerTo, Refused } from "../fhir/ask";
import type { Session } from "../fhir/session";

const KEPT = "fhir-anchor-scan";
const JOB = /[?&]_job=([A-Za-z0-9-]{1,64})/;
const PROGRESS = /^(\d+) of (\d+) rows \(\d+ %\), (\d+) findings$/;
const GONE = 404;

export interface ScanFinding {
  kind: string;
  place: string;
  finding: string;
}

export type ScanState =
  | { state: "none" | "gone" }
  | { state: "running"; done: number; total: number; findings: number }
  | { state: "done"; findings: ScanFinding[] };

/** The one that was started in this tab. */
export function keptScan(): string | undefined {
  return sessionStorage.getItem(KEPT) ?? undefined;
}

export async function startScan(session: Session): Promise<string> {
  const answer = await answerTo(session, "$verify-store", { body: { resourceType: "Parameters" } });
  const job = JOB.exec(answer.headers.get("Content-Location") ?? "")?.[1];
  if (job === undefined) {
    throw new Error("Content-Location: want an address with _job");
  }
  sessionStorage.setItem(KEPT, job);
  return job;
}

export async function scanNow(session: Session, job: string): Promise<ScanState> {
  try {
    const answer = await answerTo(session, report(job, "ndjson"));
    if (answer.status === 202) {
      const [, done, total, findings] = PROGRESS.exec(answer.headers.get("X-Progress") ?? "") ?? [];
      return { state: "running", done: Number(done ?? 0), total: Number(total ?? 0), findings: Number(findings ?? 0) };
    }
    const lines = (await answer.text()).split("\n").filter((line) => line !== "");
    return { state: "done", findings: lines.map((line) => JSON.parse(line) as ScanFinding) };
  } catch (failure) {
    if (failure instanceof Refused && failure.status === GONE) {
      return { state: "gone" };
    }
    throw failure;
  }
}

export async function endScan(session: Session, job: string): Promise<void> {
  await answerTo(session, `$verify-store?_job=${job}`, { method: "DELETE" });
  sessionStorage.removeItem(KEPT);
}

export async function scanAsCsv(session: Session, job: string): Promise<Uint8Array> {
  return new Uint8Array(await (await answerTo(session, report(job, "csv"), { accept: "text/csv" })).arrayBuffer());
}

function report(job: string, format: string): string {
  return `$verify-store?_job=${job}&_outputFormat=${format}`;
}
