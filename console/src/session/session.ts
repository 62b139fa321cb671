// Signing in as any SMART app does: authorization code with PKCE, by the library that SMART's authors keep.
import FHIR from "fhirclient";
import type Client from "fhirclient/lib/Client";

/** Where the FHIR API is: beside this page. */
export const FHIR_BASE = new URL("fhir", document.baseURI).href;

/** The name under which an issuer knows this app; a public client, with this page as its only redirect address. */
const CLIENT_ID = "fhir-anchor-console";

/** What is asked for; an issuer gives what the person has, and no more. */
const SCOPE = [
  "openid fhirUser launch/patient offline_access",
  "patient/*.cruds user/*.cruds",
  "anchor/compliance.read anchor/operator anchor/registrar",
].join(" ");

const AFTER = "fhir-anchor-after-sign-in";

/** Somebody who signed in. */
export interface Session {
  /** The value of the header Authorization, renewed when it is about to end. */
  authorization(): Promise<string>;
  /** Logical id of the patient who signed in; not set for anybody else. */
  patient?: string;
  /** Such as Practitioner/7. */
  person?: string;
  scopes: string[];
}

/** Leads away to the issuer; comes back to this page, and then to where one was. */
export async function signIn(): Promise<void> {
  sessionStorage.setItem(AFTER, location.hash);
  await FHIR.oauth2.authorize({
    clientId: CLIENT_ID,
    scope: SCOPE,
    iss: FHIR_BASE,
    redirectUri: new URL("./", document.baseURI).href,
    pkceMode: "required",
    completeInTarget: true,
  });
}

/** Who is signed in: after the way back from the issuer, or from before a reload. */
export async function currentSession(): Promise<Session | undefined> {
  const parameters = new URLSearchParams(location.search);
  const returning = parameters.has("state");
  if (!returning && !sessionStorage.getItem("SMART_KEY")) {
    return undefined;
  }
  try {
    const client = await FHIR.oauth2.ready();
    return client.state.tokenResponse?.access_token ? sessionOf(client) : undefined;
  } finally {
    if (returning) {
      history.replaceState({}, "", new URL(`./${sessionStorage.getItem(AFTER) ?? ""}`, document.baseURI).href);
      sessionStorage.removeItem(AFTER);
    }
  }
}

/** Forgets the tokens of this tab, and asks the issuer to forget them where it says how. */
export async function signOut(session: Session | undefined): Promise<void> {
  const header = session && (await session.authorization().catch(() => undefined));
  sessionStorage.clear();
  const token = header?.slice("Bearer ".length);
  if (token) {
    await revoke(token).catch(() => undefined);
  }
  location.assign(new URL("./", document.baseURI).href);
}

async function revoke(token: string): Promise<void> {
  const known = await fetch(`${FHIR_BASE}/.well-known/smart-configuration`);
  const { revocation_endpoint: address } = (await known.json()) as { revocation_endpoint?: string };
  if (address) {
    await fetch(address, { method: "POST", body: new URLSearchParams({ token, client_id: CLIENT_ID }) });
  }
}

function sessionOf(client: Client): Session {
  const person = localReference(client.user.fhirUser ?? undefined);
  const self = person?.startsWith("Patient/") ? person.slice("Patient/".length) : undefined;
  return {
    authorization: async () => {
      await client.refreshIfNeeded();
      return client.getAuthorizationHeader() ?? "";
    },
    patient: self,
    person,
    scopes: (client.state.tokenResponse?.scope ?? "").split(/\s+/),
  };
}

/** `Patient/eve` of `http://this/fhir/Patient/eve`; another server's address stays whole. */
function localReference(reference: string | undefined): string | undefined {
  return reference?.startsWith(`${FHIR_BASE}/`) ? reference.slice(FHIR_BASE.length + 1) : reference;
}
