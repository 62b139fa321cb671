// What the tests write through the documented API, as any client does.
import { ADDRESS } from "./browser.mjs";

const POLLS = 240;
const PAUSE_MS = 500;

export async function stored(resource) {
  const answer = await fetch(`${ADDRESS}/fhir/${resource.resourceType}`, {
    method: "POST",
    headers: { "Content-Type": "application/fhir+json" },
    body: JSON.stringify(resource),
  });
  if (!answer.ok) {
    throw new Error(`${answer.status} ${await answer.text()}`);
  }
  const { id } = await answer.json();
  const version = `${ADDRESS}/fhir/${resource.resourceType}/${id}/_history/1`;
  return { resource: await text(version), proof: await anchoredProof(version) };
}

export async function text(url) {
  return (await fetch(url, { headers: { Accept: "application/fhir+json" } })).text();
}

/** The proof once the ledger has what it proves. */
async function anchoredProof(version) {
  for (let poll = 0; poll < POLLS; poll++) {
    const answer = await fetch(`${version}/$proof`);
    const proof = await answer.text();
    if (answer.status === 200 && JSON.parse(proof).anchor) {
      return proof;
    }
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  }
  throw new Error(`never anchored: ${version}`);
}
