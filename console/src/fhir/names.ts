// Names of people and organizations, each looked up once.
import { ask, type Resource } from "./ask";
import type { Session } from "./session";

interface HumanName {
  text?: string;
  given?: string[];
  family?: string;
}

const MOST_LOOKUPS = 50;
const NAMED = /^(?:Practitioner|Organization|Patient|RelatedPerson|PractitionerRole|CareTeam)\/[A-Za-z0-9.-]{1,64}$/;
const KEPT = "fhir-anchor-names";
const known = new Map<string, Promise<string>>();

/** Letters that turn the reading order around: a name could turn the sentence that somebody signs. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function nameIn(resource: Resource): string {
  return plainName(resource).replaceAll(TURNS, "");
}

function plainName({ name, id, resourceType }: Resource): string {
  const first = (Array.isArray(name) ? name[0] : name) as HumanName | string | undefined;
  if (typeof first === "string") {
    return first;
  }
  const parts = [...(first?.given ?? []), first?.family].filter((part) => part !== undefined).join(" ");
  return first?.text || parts || `${resourceType}/${id}`;
}

/**
 * A look-up that is refused is a line in somebody's accounting: nobody is looked up whom these scopes do not reach, and no patient but the
 * one who is signed in.
 */
function mayRead({ user, scopes, isPatient }: Session, reference: string): boolean {
  const type = reference.slice(0, reference.indexOf("/"));
  if (reference === user || isPatient) {
    return type !== "Patient" || reference === user;
  }
  return type !== "Patient" && type !== "RelatedPerson" && scopes.some((scope) => ["user/*.", `user/${type}.`].some((one) => scope.startsWith(one)));
}

/** What nobody may read, and what has no name, keeps its reference. */
export function nameOf(session: Session, reference: string): Promise<string> {
  const found = known.get(reference);
  if (found) {
    return found;
  }
  if (!NAMED.test(reference) || known.size >= MOST_LOOKUPS || !mayRead(session, reference)) {
    return Promise.resolve(reference);
  }
  const asked = ask<Resource>(session, reference).then(nameIn, () => reference);
  known.set(reference, asked);
  return asked;
}

/** Of who is signed in. Kept with the sign-in: reading one's own record is a line in the accounting each time. */
export async function ownName(session: Session): Promise<string> {
  if (session.elsewhere !== undefined) {
    return session.elsewhere;
  }
  const kept = sessionStorage.getItem(KEPT);
  if (kept !== null) {
    return kept;
  }
  const name = await nameOf(session, session.user);
  sessionStorage.setItem(KEPT, name);
  return name;
}
