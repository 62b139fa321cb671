// `/check.html?resource=Observation/1/_history/2`: a version of this server and its proof, asked for as who is signed in in this tab.
import { FHIR_BASE } from "../fhir/base";

const VERSION = /^[A-Z][A-Za-z]{1,40}\/[A-Za-z0-9.-]{1,64}\/_history\/[A-Za-z0-9.-]{1,64}$/;

/** The version that the address names, with or without this server's FHIR base before it; nothing else is asked for. */
export function askedVersion(): string | undefined {
  const named = new URLSearchParams(location.search).get("resource") ?? "";
  const version = named.startsWith(`${FHIR_BASE}/`) ? named.slice(FHIR_BASE.length + 1) : named;
  return VERSION.test(version) ? version : undefined;
}

export async function versionAndProof(version: string): Promise<[Uint8Array, Uint8Array]> {
  return Promise.all([bytesOf(version), bytesOf(`${version}/$proof`)]);
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const headers = { Accept: "application/fhir+json", ...authorization() };
  const answer = await fetch(`${FHIR_BASE}/${path}`, { headers, cache: "no-store" });
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status}`);
  }
  return new Uint8Array(await answer.arrayBuffer());
}

/** As fhirclient keeps it; this page itself signs nobody in. */
function authorization(): Record<string, string> {
  const key = sessionStorage.getItem("SMART_KEY");
  const state = key === null ? null : sessionStorage.getItem(JSON.parse(key) as string);
  const { tokenResponse } = JSON.parse(state ?? "{}") as { tokenResponse?: { access_token?: string } };
  return tokenResponse?.access_token === undefined ? {} : { Authorization: `Bearer ${tokenResponse.access_token}` };
}
