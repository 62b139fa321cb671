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
const { oauth2 } = (globalThis as unknown as { FHIR: { oauth2: fhirclient.SMART } }).FHIR;

/** What `.well-known/smart-configuration` says. */
interface Offer {
  issuer?: string;
  authorization_endpoint?: string;
  token_endpoint?: string;
  revocation_endpoint?: string;
  end_session_endpoint?: string;
  scopes_supported?: string[];
}

export interface Session {
  client: Client;
  /** Such as Patient/123. */
  user: string;
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
  const { authorization_endpoint, scopes_supported } = await offer();
  if (authorization_endpoint === undefined) {
    throw new SignInFailed("no authorization endpoint");
  }
  const own = new URL(authorization_endpoint);
  if (isLoopback(own) && isLoopback(location) && own.port === location.port && own.host !== location.host) {
    // One server, two names: a browser keeps them apart, and the sign-in has one of them.
    location.assign(`${own.origin}/${place.length > 2 ? place : "#/sign-in"}`);
    return;
  }
  history.replaceState(null, "", new URL(place || "#/", CONSOLE_BASE));
  sessionStorage.setItem(PLACE, place);
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
    await requireIssuer(query.get("iss"));
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

/** RFC 9207: a code of another issuer's is not sent to this one. This server's own issuer always says its name. */
async function requireIssuer(iss: string | null): Promise<void> {
  const { issuer } = await offer();
  if (iss === null && issuer !== undefined && new URL(issuer).origin === location.origin) {
    throw new SignInFailed(`issuer: want ${issuer}, got none`);
  }
  if (iss !== null && issuer !== undefined && iss !== issuer) {
    throw new SignInFailed(`issuer: want ${issuer}, got ${iss}`);
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
  if (client.state.serverUrl !== FHIR_BASE || user === undefined || client.getAuthorizationHeader() === null) {
    forget();
    return undefined;
  }
  const scopes = (client.state.tokenResponse?.scope ?? client.state.scope ?? "").split(" ");
  return { client, user, isPatient: user.startsWith("Patient/"), isOfficer: scopes.includes("anchor/compliance.read"), isOperator: scopes.includes("anchor/operator"), scopes };
}

export function forget(): void {
  sessionStorage.clear();
}

/** Ends it here, at the token's issuer, and in the issuer's own pages where they can. */
export async function signOut({ client }: Session): Promise<void> {
  const { access_token, id_token } = client.state.tokenResponse ?? {};
  forget();
  const { revocation_endpoint, end_session_endpoint: end } = await offer();
  if (revocation_endpoint !== undefined && access_token !== undefined) {
    const body = new URLSearchParams({ token: access_token, client_id: CLIENT_ID });
    await fetch(revocation_endpoint, { method: "POST", body }).catch(() => undefined);
  }
  if (end !== undefined && id_token !== undefined) {
    location.replace(`${end}?${new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: CONSOLE_BASE })}`);
  } else {
    location.replace(CONSOLE_BASE);
  }
}
