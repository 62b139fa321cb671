// FHIR over HTTP with the token of whoever is signed in.
import { FHIR_BASE } from "./base";
import { forget, type Session } from "./session";

/** Of an answer that is none: its status, and the server's own words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly words: string,
  ) {
    super(`${status} ${words}`);
  }
}

const FHIR = "application/fhir+json";

/** How something is asked for; a GET of FHIR's JSON without it. */
export interface Asked {
  method?: "GET" | "POST" | "DELETE" | "PATCH";
  accept?: string;
  body?: object;
  /** Of the body. */
  type?: string;
}

/** An answer that is a success. */
export async function answerTo(session: Session, path: string, asked: Asked = {}): Promise<Response> {
  const { body, method = body === undefined ? "GET" : "POST", accept = FHIR, type = FHIR } = asked;
  const answer = await fetch(`${FHIR_BASE}/${path}`, {
    method,
    headers: {
      Accept: accept,
      ...(body === undefined ? {} : { "Content-Type": type }),
      ...(session.emergency === undefined ? {} : { "X-Break-Glass-Reason": session.emergency }),
      Authorization: session.client.getAuthorizationHeader() ?? "",
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
  });
  if (answer.status === 401) {
    // The hour is over, or the sign-in was ended elsewhere.
    forget();
    location.reload();
  }
  if (!answer.ok) {
    throw new Refused(answer.status, outcomeOf(await answer.text()));
  }
  return answer;
}

export async function askText(session: Session, path: string, body?: object): Promise<string> {
  return (await answerTo(session, path, { body })).text();
}

/** Bytes as they came. */
export async function askBytes(session: Session, path: string, accept: string): Promise<Uint8Array> {
  return new Uint8Array(await (await answerTo(session, path, { accept })).arrayBuffer());
}

export async function ask<Answer>(session: Session, path: string, body?: object): Promise<Answer> {
  return JSON.parse(await askText(session, path, body)) as Answer;
}

function outcomeOf(text: string): string {
  try {
    const { issue } = JSON.parse(text) as { issue?: { diagnostics?: string; details?: { text?: string } }[] };
    return (issue ?? []).map(({ diagnostics, details }) => diagnostics ?? details?.text ?? "").join(" ");
  } catch {
    return "";
  }
}

export interface Parameter {
  name: string;
  resource?: Resource;
  part?: Parameter[];
  [value: `value${string}`]: unknown;
}

export interface Parameters {
  resourceType: "Parameters";
  parameter?: Parameter[];
}

/** Parameters of texts and truths; `deadline` is a number there. */
export function parameters(values: Record<string, string | boolean>): Parameters {
  return {
    resourceType: "Parameters",
    parameter: Object.entries(values).map(([name, value]) =>
      name === "deadline"
        ? { name, valueDecimal: Number(value) }
        : typeof value === "boolean"
          ? { name, valueBoolean: value }
          : { name, valueString: value },
    ),
  };
}

/** The first value of that name, as text. */
export function valueOf({ parameter = [] }: { parameter?: Parameter[] }, name: string): string | undefined {
  const found = parameter.find((one) => one.name === name);
  const value = Object.entries(found ?? {}).find(([key]) => key.startsWith("value"))?.[1];
  return value === undefined ? undefined : String(value);
}

export interface Resource {
  resourceType: string;
  id?: string;
  [member: string]: unknown;
}

export interface Bundle<Entry = Resource> {
  total?: number;
  link?: { relation?: string; url?: string }[];
  entry?: { resource?: Entry }[];
}

/** All pages of a search, at most so many entries. */
export interface AllFound<Entry> {
  found: Entry[];
  /** There are more than are asked for here. */
  more: boolean;
}

const MOST_FOUND = 2_000;

export async function askAll<Entry = Resource>(session: Session, path: string): Promise<AllFound<Entry>> {
  return askPages(session, path, (text) => resources(JSON.parse(text) as Bundle<Entry>));
}

/** Goes on from page to page: whoever sees a part must not take it for the whole. */
export async function askPages<Entry>(session: Session, path: string, entriesIn: (text: string) => Entry[]): Promise<AllFound<Entry>> {
  const found: Entry[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const text = await askText(session, next);
    found.push(...entriesIn(text));
    const page = JSON.parse(text) as Bundle;
    const link: string | undefined = page.link?.find(({ relation }) => relation === "next")?.url;
    if (link !== undefined && found.length >= MOST_FOUND) {
      return { found, more: true };
    }
    next = link === undefined ? undefined : new URL(link).search;
  }
  return { found, more: false };
}

export function resources<Entry>({ entry = [] }: Bundle<Entry>): Entry[] {
  return entry.flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
}
