// Signing in as any SMART app does: discovery, authorization code with PKCE, by fhirclient. One sign-in is one page load, so a page never
// sees it change. The token is kept for this tab alone (sessionStorage) and ends when its issuer says, here within the
// hour; no refresh token is asked for.
import "fhirclient/build/fhir-client.pure.js";
import type Client from "fhirclient/lib/Client";
import type { fhirclient } from "fhirclient/lib/types";
import { CONSOLE_BASE, FHIR_BASE } from "./base";

/** As which the console is registered, at the server's own sign-in and at a foreign one. */
const CLIENT_ID = "fhir-anchor-console";

/**
 * All of it that is offered is asked for; each person gets what their role has. What an officer reads beside the log is a part of user/*.cruds,
 * and not every issuer gives a part of what was asked for.
 */
const SCOPES = [
  "openid",
  "fhirUser",
  "launch/patient",
  "patient/*.cruds",
  "user/*.cruds",
  "user/AuditEvent.rs",
  "user/Practitioner.rs",
  "user/Provenance.rs",
  "anchor/compliance.read",
  "anchor/registrar",
  "anchor/operator",
];

const PLACE = "fhir-anchor-place";
/** Who is asked to sign somebody in, and where that ends: as it was when the sign-in began, whatever the discovery answers later. */
const ISSUER = "fhir-anchor-issuer";
const NOT_ENDED = "fhir-anchor-not-ended";
/** Nobody waits longer for the end of what they left. */
const MOST_MS = 10_000;
const { oauth2 } = (globalThis as unknown as { FHIR: { oauth2: fhirclient.SMART } }).FHIR;

/** What `.well-known/smart-configuration` says. */
interface Offer {
  issuer?: string;
  authorization_endpoint?: string;
  token_endpoint?: string;
  revocation_endpoint?: string;
  end_session_endpoint?: string;
  scopes_supported?: string[];
  authorization_response_iss_parameter_supported?: boolean;
}

type Issuer = Pick<Offer, "issuer" | "revocation_endpoint" | "end_session_endpoint" | "authorization_response_iss_parameter_supported">;

export interface Session {
  client: Client;
  /** Such as Patient/123. */
  user: string;
  /** The address of who signed in, where it is none of this server's: nobody of here is meant by it. */
  elsewhere?: string;
  isPatient: boolean;
  /** Reads the journal, all accountings, and scans the store. */
  isOfficer: boolean;
  /** Is told how the server runs. */
  isOperator: boolean;
  /** What the sign-in gave, such as user/Practitioner.rs. */
  scopes: string[];
  /** Why the glass is broken, where somebody asks in an emergency. */
  emergency?: string;
}

export class SignInFailed extends Error {}

async function offer(): Promise<Offer> {
  const answer = await fetch(`${FHIR_BASE}/.well-known/smart-configuration`, { headers: { Accept: "application/json" } });
  return answer.ok ? ((await answer.json()) as Offer) : {};
}

/** Whether anybody can sign in here with a browser. */
export async function offersSignIn(): Promise<boolean> {
  return (await offer()).authorization_endpoint !== undefined;
}

/** Leaves the page. The address's query would be taken for options by fhirclient, whoever made the link: it goes first. */
export async function signIn(place = location.hash): Promise<void> {
  const { authorization_endpoint, scopes_supported, issuer, ...offered } = await offer();
  if (authorization_endpoint === undefined) {
    throw new SignInFailed("no authorization endpoint");
  }
  if (issuer === undefined) {
    throw new SignInFailed("no issuer");
  }
  const own = new URL(authorization_endpoint);
  if (isLoopback(own) && isLoopback(location) && own.port === location.port && own.host !== location.host) {
    // One server, two names: a browser keeps them apart, and the sign-in has one of them.
    location.assign(`${own.origin}/${place.length > 2 ? place : "#/sign-in"}`);
    return;
  }
  history.replaceState(null, "", new URL(place || "#/", CONSOLE_BASE));
  sessionStorage.setItem(PLACE, place);
  sessionStorage.setItem(ISSUER, JSON.stringify({
      issuer,
      revocation_endpoint: offered.revocation_endpoint,
      end_session_endpoint: offered.end_session_endpoint,
      authorization_response_iss_parameter_supported: offered.authorization_response_iss_parameter_supported,
    } satisfies Issuer));
  const scope = SCOPES.filter((one) => scopes_supported === undefined || scopes_supported.includes(one)).join(" ");
  const asks = await oauth2.authorize({ iss: FHIR_BASE, clientId: CLIENT_ID, scope, redirectUri: CONSOLE_BASE, pkceMode: "required", completeInTarget: true, noRedirect: true });
  // In the language that was chosen here (OpenID Connect Core, section 3.1.2.1).
  location.assign(`${String(asks)}&ui_locales=${document.documentElement.lang}`);
}

function isLoopback({ hostname }: { hostname: string }): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

/** Who is signed in. Finishes a sign-in that comes back with a code; what is in the address then is gone from it. */
export async function session(): Promise<Session | undefined> {
  const query = new URLSearchParams(location.search);
  const returns = query.has("state") && (query.has("code") || query.has("error"));
  if (!returns) {
    // Nothing of ours has a query: it is not for fhirclient to read.
    history.replaceState(null, "", new URL(location.hash || "#/", CONSOLE_BASE));
    return sessionStorage.getItem("SMART_KEY") === null ? undefined : opened();
  }
  try {
    requireIssuer(query.get("iss"));
    const error = query.get("error");
    if (error !== null) {
      throw new SignInFailed(error);
    }
    // fhirclient reads the address once, and keeps it for the next sign-in of this page: it is for its code and state alone.
    history.replaceState(null, "", new URL(`?${new URLSearchParams({ code: query.get("code") ?? "", state: query.get("state") ?? "" })}`, CONSOLE_BASE));
    return await opened();
  } catch (failure) {
    forget();
    throw new SignInFailed(failure instanceof Error ? failure.message : String(failure));
  } finally {
    history.replaceState(null, "", new URL(sessionStorage.getItem(PLACE) || "#/", CONSOLE_BASE));
    sessionStorage.removeItem(PLACE);
  }
}

function keptIssuer(): Issuer {
  return JSON.parse(sessionStorage.getItem(ISSUER) ?? "{}") as Issuer;
}

/** RFC 9207, section 2.4: a code of another issuer's is not sent to the one that was asked, nor one of nobody's where that one says its name. */
function requireIssuer(iss: string | null): void {
  const { issuer, authorization_response_iss_parameter_supported: saysItsName } = keptIssuer();
  if (issuer === undefined) {
    throw new SignInFailed("issuer: nobody was asked to sign in");
  }
  const saysNone = iss === null && saysItsName !== true;
  if (iss !== issuer && !saysNone) {
    throw new SignInFailed(`issuer: want ${issuer}, got ${iss ?? "none"}`);
  }
}

async function opened(): Promise<Session | undefined> {
  let client: Client;
  try {
    client = await oauth2.ready();
  } catch (failure) {
    forget();
    throw failure;
  }
  const user = client.user.fhirUser?.split("/").slice(-2).join("/");
  // fhirclient leaves the server out of it.
  const told: unknown = client.getIdToken()?.["fhirUser"];
  const elsewhere = typeof told !== "string" || told === user || told === `${FHIR_BASE}/${user}` ? undefined : told;
  if (client.state.serverUrl !== FHIR_BASE || user === undefined || client.getAuthorizationHeader() === null) {
    forget();
    return undefined;
  }
  const scopes = (client.state.tokenResponse?.scope ?? client.state.scope ?? "").split(" ");
  return { client, user, elsewhere, isPatient: user.startsWith("Patient/"), isOfficer: scopes.includes("anchor/compliance.read"), isOperator: scopes.includes("anchor/operator"), scopes };
}

export function forget(): void {
  sessionStorage.clear();
}

/** Ends it here, at the token's issuer, and in the issuer's own pages where they can. Whatever the issuer does, the page is left. */
export async function signOut({ client }: Session): Promise<void> {
  const { access_token, id_token } = client.state.tokenResponse ?? {};
  const { revocation_endpoint, end_session_endpoint: end } = keptIssuer();
  forget();
  const ended = await endsAt(revocation_endpoint, access_token);
  if (ended !== "confirmed") {
    sessionStorage.setItem(NOT_ENDED, "yes");
  }
  // An issuer that is away has no page to end anything in.
  if (ended !== "unreachable" && end !== undefined && id_token !== undefined) {
    location.replace(`${end}?${new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: CONSOLE_BASE })}`);
  } else {
    location.replace(CONSOLE_BASE);
  }
}

/** Takes the token back (RFC 7009). */
async function endsAt(endpoint: string | undefined, token: string | undefined): Promise<"confirmed" | "unconfirmed" | "unreachable"> {
  if (endpoint === undefined || token === undefined) {
    return "unconfirmed";
  }
  const body = new URLSearchParams({ token, client_id: CLIENT_ID });
  return fetch(endpoint, { method: "POST", body, signal: AbortSignal.timeout(MOST_MS) }).then(
    ({ ok }) => (ok ? "confirmed" : "unconfirmed"),
    () => "unreachable",
  );
}

/** Whether somebody signed out in this tab just now, and the issuer did not confirm it. Said once. */
export function wasNotEnded(): boolean {
  const was = sessionStorage.getItem(NOT_ENDED) !== null;
  sessionStorage.removeItem(NOT_ENDED);
  return was;
}
