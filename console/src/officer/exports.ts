// `$export-provenance`, in the pattern of Bulk Data: start, look, download, end (EXP-1).
import { answerTo, askBytes, Refused } from "../fhir/ask";
import type { Session } from "../fhir/session";

const KEPT = "fhir-anchor-export";
const JOB = /[?&]_job=([A-Za-z0-9-]{1,64})/;
const PROGRESS = /^(\d+) of (\d+) leaves \(\d+ %\)$/;
const FILES = "https://fhiranchor.org/export-files";
const NAME = /^[A-Za-z.-]{1,64}$/;
const GONE = 404;

/** What is wanted; what is empty is not said. */
export interface Wanted {
  from: string;
  to: string;
  patient: string;
  kind: string;
  format: string;
}

export type ExportState =
  | { state: "none" | "gone" }
  | { state: "running"; done: number; total: number }
  | { state: "done"; files: string[]; count: number };

interface Manifest {
  output?: { count?: number }[];
  extension?: Record<string, { name?: string }[] | undefined>;
}

/** The one that was started in this tab. */
export function keptExport(): string | undefined {
  return sessionStorage.getItem(KEPT) ?? undefined;
}

export async function startExport(session: Session, { from, to, patient, kind, format }: Wanted): Promise<string> {
  const query = new URLSearchParams({ _outputFormat: format });
  Object.entries({ _since: from, _until: to, patient: patient.trim(), kind }).forEach(([name, value]) => value && query.append(name, value));
  const answer = await answerTo(session, `$export-provenance?${query}`);
  const job = JOB.exec(answer.headers.get("Content-Location") ?? "")?.[1];
  if (job === undefined) {
    throw new Error("Content-Location: want an address with _job");
  }
  sessionStorage.setItem(KEPT, job);
  return job;
}

export async function exportNow(session: Session, job: string): Promise<ExportState> {
  try {
    const answer = await answerTo(session, place(job));
    if (answer.status === 202) {
      const [, done, total] = PROGRESS.exec(answer.headers.get("X-Progress") ?? "") ?? [];
      return { state: "running", done: Number(done ?? 0), total: Number(total ?? 0) };
    }
    const { output = [], extension = {} } = (await answer.json()) as Manifest;
    const files = (extension[FILES] ?? []).flatMap(({ name }) => (name !== undefined && NAME.test(name) ? [name] : []));
    return { state: "done", files, count: output.reduce((sum, { count }) => sum + (count ?? 0), 0) };
  } catch (failure) {
    if (failure instanceof Refused && failure.status === GONE) {
      return { state: "gone" };
    }
    throw failure;
  }
}

export function exportedFile(session: Session, job: string, name: string): Promise<Uint8Array> {
  return askBytes(session, `${place(job)}&_file=${name}`, "*/*");
}

export async function endExport(session: Session, job: string): Promise<void> {
  await answerTo(session, place(job), { method: "DELETE" });
  sessionStorage.removeItem(KEPT);
}

function place(job: string): string {
  return `$export-provenance?_job=${job}`;
}
