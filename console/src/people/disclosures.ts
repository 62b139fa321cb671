// The accounting of a patient as the pages show it: one entry for each person and purpose, whatever the number of times.
import { ask, resources, type Bundle } from "../fhir/ask";
import type { Session } from "../fhir/session";

const NUMBER = "https://fhiranchor.org/fhir/StructureDefinition/disclosure-number";
const BROKE_THE_GLASS = "broke the glass: ";
const REFUSED = "4";
/** The most that the server gives at once. */
const PAGE = 10_000;

interface Reference {
  reference?: string;
}

export interface AuditEvent {
  resourceType: "AuditEvent";
  id?: string;
  recorded: string;
  outcome?: string;
  outcomeDesc?: string;
  subtype?: { system?: string; code?: string; display?: string }[];
  purposeOfEvent?: { text?: string; coding?: { code?: string }[] }[];
  agent?: { requestor?: boolean; who?: Reference; altId?: string; type?: { coding?: { code?: string }[] } }[];
  entity?: { what?: Reference; role?: { code?: string } }[];
  extension?: { url: string; valueDecimal?: number | bigint }[];
}

/** One time that somebody asked. */
export interface Look {
  when: string;
  who: string;
  organization?: string;
  purposes: string[];
  what: string[];
  /** FHIR's word for what was asked, or the name of the operation, $ and all. */
  did?: string;
  refused: boolean;
  emergency?: string;
  number?: number;
}

export interface Looks {
  who: string;
  organization?: string;
  purposes: string[];
  /** The newest first; never empty. */
  each: Look[];
}

export interface Accounting {
  /** All of them, as the server orders them. */
  looks: Look[];
  emergencies: Looks[];
  /** For these the glass was broken too, and nothing was shown. */
  inVain: Looks[];
  shown: Looks[];
  refused: Looks[];
  own: Looks[];
  count: number;
  /** Of those that have one. */
  highest: number;
  unnumbered: number;
  /** The first number that is not there. */
  missing?: number;
  whole: boolean;
  /** There are more lines than the server gives at once: the oldest are not here. */
  cut: boolean;
  /** Whether it is of some days alone, whose numbers begin anywhere. */
  isOfTime: boolean;
  /** What stands for the patient in proofs. */
  tag?: string;
}

/** Which days; what is empty bounds nothing. */
export interface Period {
  start: string;
  end: string;
}

export const ALL: Period = { start: "", end: "" };

const UNKNOWN_ZONE = "Etc/Unknown";

/** As the parameters of `$disclosures`, by the reader's own days. */
export function withinOf({ start, end }: Period): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const query = new URLSearchParams(timeZone === UNKNOWN_ZONE ? {} : { _zone: timeZone });
  Object.entries({ start, end }).forEach(([name, value]) => value && query.append(name, value));
  return query.toString();
}

/** @param patient such as Patient/123 @param period all of it without one */
export async function accounting(session: Session, patient: string, period: Period = ALL): Promise<Accounting> {
  const isOfTime = period.start !== "" || period.end !== "";
  const bundle = await ask<Bundle<AuditEvent> & { identifier?: { value?: string } }>(
    session,
    `${patient}/$disclosures?_count=${PAGE}${isOfTime ? `&${withinOf(period)}` : ""}`,
  );
  return { ...sorted(resources(bundle).map(lookOf), patient, isOfTime), tag: bundle.identifier?.value };
}

export function lookOf(event: AuditEvent): Look {
  const person = event.agent?.find(({ requestor }) => requestor);
  const organization = event.agent?.find(({ type }) => type?.coding?.[0]?.code === "CST")?.who?.reference;
  const emergency = event.purposeOfEvent?.find(({ text }) => text?.startsWith(BROKE_THE_GLASS))?.text;
  const number = event.extension?.find(({ url }) => url === NUMBER)?.valueDecimal;
  return {
    when: event.recorded,
    who: person?.who?.reference ?? person?.altId ?? "",
    organization,
    purposes: (event.purposeOfEvent ?? []).flatMap(({ coding }) => coding?.[0]?.code ?? []),
    what: (event.entity ?? []).flatMap(({ what, role }) => (role?.code === "4" && what?.reference ? [what.reference] : [])),
    did: didOf(event),
    refused: event.outcome === REFUSED,
    emergency: emergency?.slice(BROKE_THE_GLASS.length),
    number: number === undefined ? undefined : Number(number),
  };
}

/** Of an operation the record says the name, `$everything Patient`, where FHIR has the same word for all of them. */
function didOf({ subtype = [] }: AuditEvent): string | undefined {
  const said = subtype.find(({ code, display }) => code === undefined && display !== undefined)?.display?.split(" ")[0];
  return said?.startsWith("$") ? said : subtype.find(({ code }) => code !== undefined)?.code;
}

/** Whether somebody searched, was not refused, and saw nothing. Operations answer something of their own. */
export function isInVain({ what, refused, did }: Look): boolean {
  return !refused && what.length === 0 && (did ?? "search").startsWith("search");
}

function sorted(looks: Look[], user: string, isOfTime: boolean): Omit<Accounting, "tag"> {
  const own = (look: Look) => look.who === user;
  const numbers = new Set(looks.flatMap(({ number }) => number ?? []));
  const highest = Math.max(0, ...numbers);
  const others = looks.filter((look) => !own(look));
  const emergencies = others.filter(({ emergency, refused }) => emergency !== undefined && !refused);
  return {
    looks,
    emergencies: collapsed(emergencies.filter((look) => !isInVain(look))),
    inVain: collapsed(emergencies.filter(isInVain)),
    shown: collapsed(others.filter(({ emergency, refused }) => emergency === undefined && !refused)),
    refused: collapsed(others.filter(({ refused }) => refused)),
    own: collapsed(looks.filter(own)),
    count: looks.length,
    highest,
    unnumbered: looks.filter(({ number }) => number === undefined).length,
    missing: firstMissing(numbers, highest),
    whole: looks.length < PAGE && !isOfTime,
    cut: looks.length >= PAGE,
    isOfTime,
  };
}

function firstMissing(numbers: Set<number>, highest: number): number | undefined {
  for (let number = 1; number <= highest; number++) {
    if (!numbers.has(number)) {
      return number;
    }
  }
  return undefined;
}

function collapsed(looks: Look[]): Looks[] {
  const newestFirst = [...looks].sort((one, other) => other.when.localeCompare(one.when));
  const groups = new Map<string, Looks>();
  for (const look of newestFirst) {
    const { who, organization, purposes } = look;
    const name = JSON.stringify([who, organization, purposes]);
    const group = groups.get(name) ?? { who, organization, purposes, each: [] };
    group.each.push(look);
    groups.set(name, group);
  }
  return [...groups.values()];
}
