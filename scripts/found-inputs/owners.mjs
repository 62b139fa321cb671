// Whose a resource is that names no patient, or more than one.
import { observation, verdict } from "./world.mjs";

/** What points to a hidden Observation must be as hidden as that, read and listed. */
const pointsTo = (make) => async (world) => {
  const p = await world.patient("p");
  const resource = { id: world.id("x"), ...make("Observation/" + (await world.observation("o", p))) };
  await world.load(resource);
  return hiddenFrom(world, resource);
};

async function hiddenFrom(world, { resourceType, id }) {
  const stranger = world.doctor(world.id("stranger"));
  const read = await world.get(stranger, `${resourceType}/${id}`);
  const listed = (await world.get(stranger, `${resourceType}?_count=200&_sort=-_lastUpdated`)).text.includes(`"${id}"`);
  return verdict(read.status !== 200 && !listed, `a stranger's read ${read.status}, ${listed ? "listed" : "not listed"}`);
}

async function binary(world) {
  const p = await world.patient("p");
  const id = world.id("b");
  await world.load({ resourceType: "Binary", id, contentType: "text/plain", data: "c2VjcmV0" });
  await world.load({
    resourceType: "DocumentReference",
    id: world.id("d"),
    status: "current",
    subject: { reference: "Patient/" + p },
    content: [{ attachment: { url: "Binary/" + id } }],
  });
  return hiddenFrom(world, { resourceType: "Binary", id });
}

async function exportOfVisits(world) {
  const p = await world.patient("p");
  const e = world.id("e");
  await world.load({ resourceType: "Encounter", id: e, status: "finished", class: { code: "AMB" }, subject: { reference: "Patient/" + p } });
  const o = world.id("o");
  await world.load({ ...observation(undefined, { encounter: { reference: "Encounter/" + e } }), id: o });
  const reader = world.token("reader", { fhirUser: "Practitioner/" + world.id("service") });
  const lines = await world.exported(reader, "$export?_type=Observation");
  const found = lines.includes(o);
  return verdict(!found, found ? "in the export" : "not in the export");
}

/** Whether the patient whose it is may read what this makes. */
const owns = (make) => async (world) => {
  const p = await world.patient("p");
  const resource = { id: world.id("x"), ...make(p, "Observation/" + (await world.observation("o", p))) };
  await world.load(resource);
  const read = await world.get(world.self(p), `${resource.resourceType}/${resource.id}`);
  return verdict(read.status === 200, `the patient's read ${read.status}`);
};

const task = (reference) => ({ resourceType: "Task", status: "draft", intent: "order", focus: { reference } });
const message = (reference) => ({ resourceType: "MessageHeader", eventCoding: { code: "x" }, source: { endpoint: "http://x.example" }, focus: [{ reference }] });
const notice = (reference) => ({ resourceType: "PaymentNotice", status: "active", request: { reference } });
const provenance = (_, reference) => ({
  resourceType: "Provenance",
  recorded: "2026-01-01T00:00:00Z",
  target: [{ reference }],
  agent: [{ who: { display: "somebody" } }],
});
const containing = (p) => observation(p, { contained: [{ resourceType: "Patient", id: "p" }], performer: [{ reference: "#p" }] });

export default [
  { key: "8C-1", input: "a Binary without securityContext, of a hidden DocumentReference", ask: binary },
  { key: "8C-2", input: "Task.focus, a hidden Observation", ask: pointsTo(task) },
  { key: "8C-3", input: "MessageHeader.focus, a hidden Observation", ask: pointsTo(message) },
  { key: "8C-4", input: "PaymentNotice.request, a hidden Observation", ask: pointsTo(notice) },
  { key: "8C-5", input: "an Observation with an encounter and no subject, in an export by system/*.rs", ask: exportOfVisits },
  { key: "8C-6", input: "a Provenance of a patient's Observation, by that patient", ask: owns(provenance) },
  { key: "8C-7", input: "an own Observation that contains a Patient, by its patient", ask: owns(containing) },
];
