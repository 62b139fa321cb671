// Data that was answered for and is not there.
import { randomUUID } from "node:crypto";
import { bundle, entry, label, locations, nothing, observation, stored, verdict } from "./world.mjs";

/** Whether each of the answered places is there for the patient whose it is. */
async function kept(world, answers, token) {
  const there = [];
  for (const answer of answers) {
    there.push((await world.get(token ?? world.self(stored(answer.location).slice(8)), stored(answer.location))).status === 200);
  }
  const lost = there.filter((one) => !one).length;
  return verdict(lost === 0, `answered ${answers[0].status?.slice(0, 3)}, ${lost} of ${answers.length} not stored`);
}

const patient = { resourceType: "Patient", name: [{ family: "Kept" }] };

async function onePatient(world, type) {
  const answer = await world.must(world.doctor(world.id("d")), "POST", "", bundle(type, entry("POST", "Patient", patient)));
  return kept(world, locations(answer));
}

async function record(world) {
  const who = "urn:uuid:5a7c1f00-0000-4000-8000-000000000001";
  const rest = Array.from({ length: 179 }, () => entry("POST", "Observation", observation(who)));
  const whole = bundle("transaction", { fullUrl: who, ...entry("POST", "Patient", patient) }, ...rest);
  const answers = locations(await world.must(world.doctor(world.id("d")), "POST", "", whole));
  return kept(world, answers, world.self(stored(answers[0].location).slice(8)));
}

/** A new version that its writer may not see any more. */
async function becomesHidden(world, change) {
  const p = await world.patient("p");
  const o = await world.observation("o", p);
  const doctor = await world.doctorOf(p, "doctor", { provision: { securityLabel: [label("N")] } });
  const answer = await world.must(doctor, "POST", "", bundle("transaction", change(o, p)));
  const now = await world.get(world.self(p), "Observation/" + o);
  const version = /"versionId":\s*"(\d+)"/.exec(now.text)?.[1];
  return verdict(version === "2", `answered ${locations(answer)[0].status.slice(0, 3)}, stored version ${version}`);
}

const put = (o, p) => entry("PUT", "Observation/" + o, { ...observation(p), id: o, meta: { security: [label("R")] } });
const patch = (o) => entry("PATCH", "Observation/" + o, jsonPatch([{ op: "add", path: "/meta/security", value: [label("R")] }]));

const jsonPatch = (operations) => ({
  resourceType: "Binary",
  contentType: "application/json-patch+json",
  data: Buffer.from(JSON.stringify(operations)).toString("base64"),
});

async function undelete(world) {
  const id = world.id("back");
  await world.load({ ...patient, id });
  await world.must(world.loader, "DELETE", "Patient/" + id);
  const back = bundle("transaction", entry("PUT", "Patient/" + id, { ...patient, id }));
  const answer = await world.must(world.token("registrar", { fhirUser: "Practitioner/clerk" }), "POST", "", back);
  return kept(world, locations(answer), world.self(id));
}

async function conditionalCreate(world) {
  const system = "urn:" + world.id("s");
  const token = world.token("loader", { scope: "system/Patient.cruds" });
  const create = entry("POST", "Patient", { ...patient, identifier: [{ system, value: "1" }] }, { ifNoneExist: `identifier=${system}|1` });
  return kept(world, locations(await world.must(token, "POST", "", bundle("transaction", create))));
}

/** Both want to be the one Patient of this identity: an error, or one result that stands. */
async function twoForOneIdentity(world) {
  const system = "urn:" + world.id("s");
  const named = (family) => ({ resourceType: "Patient", identifier: [{ system, value: "1" }], name: [{ family }] });
  const one = (family) => ({ fullUrl: "urn:uuid:" + randomUUID(), ...entry("PUT", `Patient?identifier=${system}|1`, named(family)) });
  const answer = await world.ask(world.loader, "POST", "", bundle("transaction", one("First"), one("Second")));
  if (answer.status >= 400) {
    return verdict(answer.status < 500, `refused ${answer.status}`);
  }
  const answers = locations(answer);
  const places = [...new Set(answers.map((one) => stored(one.location)))];
  const now = await world.get(world.self(places[0].slice(8)), places[0]);
  const family = /"family":\s*"(\w+)"/.exec(now.text)?.[1];
  return verdict(family === "Second" && places.length === 1, `answered ${answers.map((one) => one.status.slice(0, 3))}, stored ${family}`);
}

/** An operation as an entry must be carried out or refused, never stored as what it was sent as. */
async function operation(world, url, prepare) {
  const { path, after } = await prepare(world);
  const answer = await world.ask(world.loader, "POST", "", bundle("transaction", entry("POST", path + url, nothing)));
  const place = answer.status < 300 ? locations(answer)[0].location : undefined;
  const saw = place ? `stored as ${stored(place).split("/")[0]}` : `refused ${answer.status}`;
  return verdict(!place?.includes("Parameters/"), saw + (await after()));
}

async function granted(world) {
  const p = await world.patient("p");
  const c = await world.consent("c", p, world.id("d"));
  const state = async () => `, consent ${/granted|revoked|pending/.exec(await world.ledgerStatus(c, p))?.[0]}`;
  return { path: "Consent/" + c, after: state };
}

async function plainPatient(world) {
  return { path: "Patient/" + (await world.patient("p")), after: () => "" };
}

async function plainObservation(world) {
  return { path: "Observation/" + (await world.observation("o", await world.patient("p"))), after: () => "" };
}

async function keepsVersion(world, make) {
  const p = await world.patient("p");
  const resource = await make(world, p);
  const path = `${resource.resourceType}/${resource.id}`;
  const answer = await world.ask(world.loader, "PUT", path, resource);
  if (answer.status >= 400) {
    return verdict(answer.status === 422, `refused ${answer.status}`);
  }
  // On 70c66e1 nobody whom a Provenance concerns may read it: the loader may.
  const own = await world.get(world.self(p), path);
  const now = own.status === 200 ? own : await world.get(world.loader, path);
  const found = now.text.includes('/_history/1"');
  return verdict(found, `stored ${answer.status}, read ${now.status}, version ${found ? "kept" : "lost"}`);
}

const provenance = (world, p) => ({
  resourceType: "Provenance",
  id: world.id("pv"),
  recorded: "2026-01-01T00:00:00Z",
  target: [{ reference: `Patient/${p}/_history/1` }],
  agent: [{ who: { reference: "Patient/" + p } }],
});

const encounter = (world, p) => ({
  resourceType: "Encounter",
  id: world.id("e"),
  status: "finished",
  class: { code: "AMB" },
  subject: { reference: `Patient/${p}/_history/1` },
});

async function medication(world, p) {
  const id = world.id("m");
  await world.load({ resourceType: "Medication", id });
  const medicationReference = { reference: `Medication/${id}/_history/1` };
  return { resourceType: "MedicationRequest", id, status: "active", intent: "order", medicationReference, subject: { reference: "Patient/" + p } };
}

export default [
  { key: "8A-1", input: "transaction with one POST Patient, by a clinician", ask: (w) => onePatient(w, "transaction") },
  { key: "8A-2", input: "batch with one POST Patient, by a clinician", ask: (w) => onePatient(w, "batch") },
  { key: "8A-3", input: "transaction with a record of 180 resources, by a clinician", ask: record },
  { key: "8A-4", input: "PUT in a transaction whose content becomes hidden from its writer", ask: (w) => becomesHidden(w, put) },
  { key: "8A-5", input: "PATCH in a transaction whose content becomes hidden from its writer", ask: (w) => becomesHidden(w, patch) },
  { key: "8A-6", input: "undelete in a transaction, by a registrar", ask: undelete },
  { key: "8A-7", input: "conditional create in a transaction, by a back-end service", ask: conditionalCreate },
  { key: "8A-8", input: "two conditional PUTs for one identity in one transaction", ask: twoForOneIdentity },
  { key: "8A-9", input: "POST Consent/1/$revoke as an entry of a loader's transaction", ask: (w) => operation(w, "/$revoke", granted) },
  { key: "8A-10", input: "POST Patient/x/$enroll-key as an entry of a loader's transaction", ask: (w) => operation(w, "/$enroll-key", plainPatient) },
  { key: "8A-11", input: "POST Observation/y/$meta-add as an entry of a loader's transaction", ask: (w) => operation(w, "/$meta-add", plainObservation) },
  { key: "8A-12", input: "Provenance.target with /_history/1", ask: (w) => keepsVersion(w, provenance) },
  { key: "8A-13", input: "Encounter.subject with /_history/1", ask: (w) => keepsVersion(w, encounter) },
  { key: "8A-14", input: "MedicationRequest.medicationReference with /_history/1", ask: (w) => keepsVersion(w, medication) },
];
