// The journal of who was shown what, as AuditEvents (AUD-1).
import { ask, Refused, type Bundle } from "../fhir/ask";
import type { Session } from "../fhir/session";
import { lookOf, type AuditEvent, type Look } from "../people/disclosures";

const PAGE = 50;
const EMERGENCY = "http://dicom.nema.org/resources/ontology/DCM|110127";
/** More lines than one search looks at. */
const TOO_COSTLY = 400;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What can be searched for; what is empty is not. */
export interface JournalSearch {
  patient: string;
  agent: string;
  from: string;
  to: string;
  outcome: string;
  subtype: string;
}

export interface JournalLine {
  look: Look;
  event: AuditEvent;
  /** Such as Patient/123; not said where nobody knows. */
  patient?: string;
  reason?: string;
}

export interface JournalPage {
  lines: JournalLine[];
  total: number;
  /** What the next page is asked with. */
  next?: string;
}

/** The search as the address of a page has it; the outcome of an emergency is a subtype of its own. */
export function queryOf({ patient, agent, from, to, outcome, subtype }: JournalSearch): string {
  const query = new URLSearchParams({ _count: String(PAGE) });
  const add = (name: string, value: string) => value.trim() !== "" && query.append(name, value.trim());
  add("patient", patient);
  add("agent", agent);
  add("date", from && `ge${from}`);
  add("date", to && `le${to}`);
  add("subtype", subtype);
  if (outcome === "emergency") {
    query.append("subtype", EMERGENCY);
  } else {
    add("outcome", outcome);
  }
  return query.toString();
}

export async function journal(session: Session, query: string): Promise<JournalPage> {
  const bundle = await ask<Bundle<AuditEvent>>(session, `AuditEvent?${query}`);
  const next = bundle.link?.find(({ relation }) => relation === "next")?.url;
  const events = (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);
  return { lines: events.map(lineOf), total: bundle.total ?? events.length, next: next && new URL(next).search.slice(1) };
}

function lineOf(event: AuditEvent): JournalLine {
  return {
    look: lookOf(event),
    event,
    patient: event.entity?.find(({ role }) => role?.code === "1")?.what?.reference,
    reason: event.outcomeDesc,
  };
}

export interface Day {
  /** Such as 2026-03-31. */
  day: string;
  /** Not set where there are too many to look at, or no number came. */
  refused?: number;
  emergencies?: number;
}

/** The last days, today included. Only numbers are asked for: no line of a patient is shown. */
export async function countsOf(session: Session, days: number): Promise<Day[]> {
  const today = Date.now();
  const names = Array.from({ length: days }, (_, back) => new Date(today - (days - 1 - back) * DAY_MS).toISOString().slice(0, 10));
  const counted: Day[] = [];
  for (const day of names) {
    const [refused, emergencies] = await Promise.all([
      count(session, day, "outcome", "4"),
      count(session, day, "subtype", EMERGENCY),
    ]);
    counted.push({ day, refused, emergencies });
  }
  return counted;
}

async function count(session: Session, day: string, name: string, value: string): Promise<number | undefined> {
  const next = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
  const query = new URLSearchParams([["date", `ge${day}T00:00:00Z`], ["date", `lt${next}T00:00:00Z`], [name, value], ["_summary", "count"]]);
  try {
    const { total = 0 } = await ask<Bundle>(session, `AuditEvent?${query}`);
    return Number.isSafeInteger(total) ? total : undefined;
  } catch (failure) {
    if (failure instanceof Refused && failure.status === TOO_COSTLY) {
      return undefined;
    }
    throw failure;
  }
}
