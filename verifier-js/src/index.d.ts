/** One version, and what shows that it is in the log. */
export interface Version {
  /** JSON of the resource as a read returned it, as bytes or text; left out for a deleted version or another statement. */
  resource?: Uint8Array | string;
  /** The proof file, as bytes or text. */
  proof: Uint8Array | string;
}

/** What the caller believes without proof. */
export interface Trust {
  /** The log's public key, `name+id+base64`, from a source other than the proof. */
  key: string | LogKey;
  /** A head known from elsewhere, `SIZE:ROOT`; with it no ledger is asked. */
  head?: string | Head;
  /** A ledger node that the caller trusts. */
  ledger?: Ledger;
  /** What requests go through; the platform's `fetch` by default. */
  fetch?: typeof fetch;
}

/** What one asks: is this resource what was recorded, and is the record in the log that everyone else sees? */
export type Question = Version & Trust;

/** Is this the whole accounting of a patient, and is its newest the newest of the log that everyone else sees? */
export interface AccountingQuestion extends Trust {
  /** What `Patient/[id]/$disclosures?_outputFormat=proofs` answered, as bytes, text or a file of any size. */
  file: BigFile | string;
  /** An instant: an accounting counts that was complete up to it, though the ledger went on since. */
  until?: string;
  /** Whose it must be, 64 hex digits; without it, one in which no record names a patient is undecided. */
  tag?: string;
}

/** A file of any size: its bytes, a File or Blob of the platform, or what gives its parts from the beginning. */
export type BigFile = Uint8Array | Blob | (() => AsyncIterable<Uint8Array>);

/** All files that a folder of an export holds, by name. */
export type ExportFiles = ReadonlyMap<string, BigFile>;

/** Is each line of this export what the log says, and is none missing, up to the newest of the log that everyone else sees? */
export interface ExportQuestion extends Trust {
  /** What `$export-provenance` gave: all that is in the folder. */
  files: ExportFiles;
  /** An instant: an export counts that was complete up to it, though the ledger went on since. */
  until?: string;
}

/** Verifies many versions under one trust. */
export interface Verifier {
  verify(version: Version): Promise<Report>;
}

export interface Ledger {
  /** JSON-RPC over http or https. */
  rpc: string;
  /** The AnchorRegistry's address: 0x and 40 hex digits. */
  contract: string;
  /** Which log in it: 0x and 64 hex digits; without it, the one that the proof names. */
  logId?: string;
  /** `latest` (the default), `safe`, `finalized`, or a block number: the one block that all is read at. */
  block?: string;
}

export interface Head {
  size: bigint;
  /** 32 bytes. */
  root: Uint8Array;
}

/** A public key read by `parseKey`. */
export interface LogKey {
  readonly name: string;
  readonly id: Uint8Array;
  /** 0x01 and the 32 bytes of the Ed25519 key. */
  readonly typed: Uint8Array;
  readonly text: string;
}

export type Step =
  | "proof-file"
  | "canonical-form"
  | "content-digest"
  | "resource-identity"
  | "commitment"
  | "inclusion"
  | "checkpoint-signature"
  | "consistency"
  | "ledger-head"
  | "record-digest"
  | "accounting"
  | "heads"
  | "export-manifest"
  | "export-leaves"
  | "export-records";

/** The steps that held, in order, and the first one that did not hold or could not be done. */
export interface Report {
  verdict: "verified" | "not verified" | "undecided";
  /** 0 verified, 1 not verified, 3 undecided. */
  exitCode: 0 | 1 | 3;
  held: { step: Step; what: string }[];
  failed?: { step: Step } & Mismatch;
  undecided?: { step: Step; missing: string };
  /** The chain and the block that the ledger was read at, in decimal, where one was read. */
  readAt?: { chainId: string; block: string };
}

export interface Mismatch {
  reason: string;
  /** The value that would have fitted. */
  want: string;
  /** The value found. */
  got: string;
}

/** Where a proof says that a head stands on a ledger. */
export interface Anchor {
  chainId: bigint;
  contract: string;
  /** 64 lower-case hex digits. */
  logId: string;
  size: bigint;
  root: Uint8Array;
  blockNumber: bigint;
  blockHash: string;
  transactionHash: string;
  finality: string;
}

/** What is known of the log's head from outside the proof file. */
export type HeadEvidence =
  | ({ kind: "pinned" } & Head)
  | ({ kind: "on-ledger"; anchored?: Uint8Array; chainId: string; block: bigint } & Head)
  | ({ kind: "contradicted" } & Mismatch)
  | { kind: "unavailable"; reason: string };

/** A question, a key, a resource or a JSON text that is not of the shape it must have. */
export class FormatError extends Error {}

/** Largest resource and largest proof file, in bytes. */
export const MAX_RESOURCE_BYTES: number;
export const MAX_PROOF_BYTES: number;

/** Throws `FormatError` for a question that cannot be asked (a text with half a surrogate pair is none); whatever resource and proof hold, the answer is a report. */
export function verify(question: Question): Promise<Report>;

/** For many versions: the ledger is asked once about each anchor that their proofs name. */
export function createVerifier(trust: Trust): Promise<Verifier>;

/** The same without a network: what is known of the head is handed in. */
export function check(
  resource: Uint8Array | undefined,
  proofFile: Uint8Array,
  key: LogKey,
  evidence: HeadEvidence,
): Promise<Report>;

/** Value of the member `format` of an accounting's first line. */
export const ACCOUNTING_FORMAT: string;

/** As `verify`, of a patient's accounting with its proofs. */
export function verifyAccounting(question: AccountingQuestion): Promise<Report>;

/** Each line of that file that has a number, as the AuditEvent that the server makes of it; whole numbers are bigints in it. Checks nothing: `verifyAccounting` does. */
export function accountingEvents(file: BigFile | string): AsyncIterable<object>;

/** The same line by line, without a network: `evidence` tells what is known of the head for a proof; `until` is UTC with milliseconds, `tag` is in lower case, and `vouched` says that somebody who is believed says whose it is. */
export class AccountingVerification {
  constructor(
    key: LogKey,
    evidence: (proof: { anchor?: Anchor }) => Promise<HeadEvidence>,
    until?: string,
    tag?: string,
    vouched?: boolean,
  );
  read(line: Uint8Array): Promise<void>;
  report(): Promise<Report>;
}

/** In a browser: files by name, those of a chosen folder by what stands after the folder's name. */
export function chosenFiles(files: Iterable<File>): Map<string, Blob>;

/** In a browser, within the event: what was dropped, when it is a folder, has a manifest, or is meant for an export. */
export function droppedFiles(transfer: DataTransfer, isMeant: boolean): Promise<Map<string, Blob>> | undefined;

/** Value of the member `format` of an export's manifest. */
export const EXPORT_FORMAT: string;

/** As `verify`, of a folder that `$export-provenance` gave; also throws what reading its files throws. */
export function verifyExport(question: ExportQuestion): Promise<Report>;

/** The same without a network: `evidence` tells what is known of the head; `until` is UTC with milliseconds. */
export class ExportVerification {
  constructor(files: ExportFiles, key: LogKey, evidence: (proof: { anchor?: Anchor }) => Promise<HeadEvidence>, until?: string);
  report(): Promise<Report>;
}

export function parseKey(text: string): Promise<LogKey>;
export function pinnedHead(head: string | Head): { kind: "pinned" } & Head;
export function checkedLedger(ledger: Ledger): Ledger;

/** The canonical form of a whole resource version, digits kept. */
export function canonicalResource(json: Uint8Array): { bytes: Uint8Array; key: string; versionId: string };
/** The canonical form of any JSON text, digits kept. */
export function canonicalJson(json: Uint8Array, maxBytes?: number, maxDepth?: number): Uint8Array;

/** The resources in the entries of a Bundle, each in canonical form with its digits kept: to be verified as they were answered. Throws `FormatError`. */
export function resourcesIn(bundle: Uint8Array | string): Uint8Array[];

/** What a failed step means. */
export function explain(step: string): string;
/** Whether what was asked about ends before the ledger's newest head, and `until` could say that this is enough. */
export function isOvertaken(report: Report): boolean;
export function plainReport(report: Report): string;
export function jsonReport(report: Report): string;
/** A text from a file, bounded and without what would steer a terminal or hide in a page. */
export function clean(text: string): string;
