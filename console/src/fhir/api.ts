// The server's REST API, as its documentation describes it. Nothing here is for this console alone.
import { FHIR_BASE, type Session } from "../session/session";

/** The server said no, or could not answer. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A resource as the server sent it: digits kept in the bytes, gone in the object. */
export interface Answer {
  status: number;
  bytes: Uint8Array;
  text: string;
}

export async function ask(session: Session | undefined, path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = new Headers(init.headers);
  if (session) {
    headers.set("Authorization", await session.authorization());
  }
  if (!headers.has("Accept")) {
    headers.set("Accept", "application/fhir+json");
  }
  const address = addressOf(path);
  const response = await fetch(address, { ...init, headers, cache: "no-store" });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  if (!response.ok) {
    throw new Refusal(response.status, reasonOf(text) ?? `HTTP ${response.status}`);
  }
  return { status: response.status, bytes, text };
}

/** Only ever an address of this server: what a resource names is not followed elsewhere. */
function addressOf(path: string): string {
  const address = new URL(path, `${FHIR_BASE}/`);
  if (address.origin !== location.origin) {
    throw new Refusal(0, path);
  }
  return address.href;
}

export async function get<T>(session: Session | undefined, path: string): Promise<T> {
  return JSON.parse((await ask(session, path)).text) as T;
}

export async function post<T>(session: Session | undefined, path: string, body: unknown): Promise<T> {
  const init = { method: "POST", headers: { "Content-Type": "application/fhir+json" }, body: JSON.stringify(body) };
  return JSON.parse((await ask(session, path, init)).text) as T;
}

function reasonOf(text: string): string | undefined {
  try {
    const outcome = JSON.parse(text) as { issue?: { diagnostics?: string; details?: { text?: string } }[] };
    return outcome.issue?.map((issue) => issue.diagnostics ?? issue.details?.text).filter(Boolean).join("; ") || undefined;
  } catch {
    return undefined;
  }
}

export interface Parameter {
  name: string;
  part?: Parameter[];
  valueReference?: { reference?: string };
  [value: `value${string}`]: unknown;
}

export interface Parameters {
  parameter?: Parameter[];
}

export function parameters(values: Record<string, string>): object {
  const parameter = Object.entries(values).map(([name, valueString]) => ({ name, valueString }));
  return { resourceType: "Parameters", ...(parameter.length > 0 ? { parameter } : {}) };
}

/** The values of that name, as text. */
export function values(from: Parameter[] | undefined, name: string): string[] {
  return (from ?? []).filter((one) => one.name === name).map(textOf);
}

function textOf(parameter: Parameter): string {
  const key = Object.keys(parameter).find((one) => one.startsWith("value"));
  const value = key ? parameter[key as `value${string}`] : undefined;
  return typeof value === "object" && value !== null && "reference" in value ? String(value.reference) : String(value ?? "");
}

export function value(from: Parameters, name: string): string | undefined {
  return values(from.parameter, name)[0];
}
