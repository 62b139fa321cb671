// What the server says of itself to everybody, and its meters, which it tells operators.
import { CONSOLE_BASE } from "./base";

export interface LogInfo {
  origin: string;
  verifierKey: string;
  logId: string;
  chainId: number;
  anchorContract: string;
  consentContract?: string;
  /** A ledger node; said in embedded mode alone. */
  rpcUrl?: string;
}

export interface Part {
  status: string;
  details?: Record<string, unknown>;
}

export interface Health {
  status: string;
  components?: Record<string, Part>;
}

export async function logInfo(): Promise<LogInfo> {
  const answer = await ask("info");
  return (await answer.json()) as LogInfo;
}

/** 503 is an answer as well: it says what is not well. */
export async function health(): Promise<Health> {
  const answer = await ask("health");
  return (await answer.json()) as Health;
}

/** One on its way to the ledger, or there; what is not known yet is null. */
export interface Anchor {
  size: number;
  state: string;
  since: string;
  block: number | null;
  transaction: string | null;
  gasUsed: number | null;
}

/** A node that the ledger is asked through, as it answered last. */
export interface LedgerNode {
  place: string;
  state: string;
  since: string;
  block: number | null;
}

export interface Ledger {
  /** The newest first. */
  anchors: Anchor[];
  nodes: LedgerNode[];
}

/** Nothing for who is no operator. @param authorization the header; none where nobody is asked for a token */
export async function ledger(authorization?: string): Promise<Ledger | undefined> {
  const answer = await ask("anchors", authorization);
  return answer.ok ? ((await answer.json()) as Ledger) : undefined;
}

/** Value by name, of meters without labels; nothing for who is no operator. */
export async function meters(authorization?: string): Promise<Map<string, number> | undefined> {
  const answer = await ask("prometheus", authorization);
  if (!answer.ok) {
    return undefined;
  }
  const lines = (await answer.text()).split("\n").map((line) => /^([a-z_]+) (\S+)$/.exec(line));
  return new Map(lines.flatMap((found) => (found ? [[found[1] as string, Number(found[2])] as const] : [])));
}

function ask(what: string, authorization?: string): Promise<Response> {
  const headers = authorization === undefined ? undefined : { Authorization: authorization };
  return fetch(new URL(`actuator/${what}`, CONSOLE_BASE), { cache: "no-store", headers });
}
