// Deny means deny, and what real authors write works.
import { actor, label, observation, v3, verdict } from "./world.mjs";

const act = v3 + "ActCode";
const deny = (more) => ({ provision: [{ type: "deny", ...more }] });
const data = (security, more = {}) => (p) => observation(p, { ...(security ? { meta: { security } } : {}), ...more });

/**
 * A Consent, and who may read which resource under it.
 *
 * @param consent what the Consent says, made of the world and the patient
 * @param reads name, resource without id (a path for one that is there), whether it is permitted, and to whom else
 * @param control a resource that is permitted beside them, where none of the reads is
 */
const consent = (consentOf, reads, control) => async (world) => {
  const p = await world.patient("p");
  const doctor = world.id("doctor");
  await world.load({ resourceType: "Practitioner", id: doctor });
  const more = await consentOf(world, p);
  const own = { [doctor]: world.doctor(doctor), other: world.doctor(world.id("other")) };
  const asked = [];
  for (const [name, resource, permitted, who = doctor] of reads) {
    const made = typeof resource === "function" ? await resource(p, world) : resource;
    const path = typeof made === "string" ? made.replaceAll("@", p) : await storedAs(world, name, made);
    asked.push({ name, path, permitted, token: own[who] });
  }
  await world.consent("c", p, doctor, more);
  return judged(world, asked, control ? `Patient/${p}` : undefined, own[doctor]);
};

async function storedAs(world, name, resource) {
  const id = resource.id ?? world.id(name.replace(/[^A-Za-z0-9]/g, "-"));
  await world.load({ ...resource, id });
  return `${resource.resourceType}/${id}`;
}

async function judged(world, asked, control, token) {
  const effective = asked.find((one) => one.permitted);
  const first = control ? { path: control, token } : effective;
  if (first) {
    await world.until(async () => (await world.get(first.token, first.path)).status === 200, "what is permitted", 15).catch(() => 0);
  }
  const seen = [];
  for (const one of asked) {
    const status = (await world.get(one.token, one.path)).status;
    seen.push({ ...one, status, right: (status === 200) === one.permitted });
  }
  const wrong = seen.filter((one) => !one.right);
  const words = (wrong.length > 0 ? wrong : seen).map((one) => `${one.name} ${one.status}`);
  return verdict(wrong.length === 0, words.slice(0, 4).join(", ") + (words.length > 4 ? ", …" : ""));
}

const related = async (world, p) => {
  const id = world.id("e");
  await world.load({ resourceType: "Encounter", id, status: "finished", class: { code: "AMB" }, subject: { reference: "Patient/" + p } });
  return { provision: deny({ data: [{ meaning: "related", reference: { reference: "Encounter/" + id } }] }) };
};

const relatedReads = [
  ["of the encounter", (p, world) => observation(p, { encounter: { reference: "Encounter/" + world.id("e") } }), false],
  ["the encounter", (p, world) => "Encounter/" + world.id("e"), false],
  ["another", (p) => observation(p), true],
  ["the patient", "Patient/@", true],
];

const confidentiality = ["http://hl7.org/fhir/v3/Confidentiality", "urn:oid:2.16.840.1.113883.5.25", v3 + "Confidentiality/"];
const oidOfAct = "urn:oid:2.16.840.1.113883.5.4";
const oidOfLoinc = "urn:oid:2.16.840.1.113883.6.1";
const loinc = { system: "http://loinc.org", code: "29463-7" };

const denied = (system) => ({ provision: deny({ securityLabel: [label("R", system)] }) });
const published = () => v3 + "Confidentiality";
const itself = (system) => system;

/** What the Consent says and what the data say, in each spelling of the code system. */
const spelt = (said, asData) => async (world) => {
  const say = [];
  for (const [n, system] of confidentiality.entries()) {
    const one = consent(
      () => said(system),
      [["data " + (n + 1), data([label("R", asData(system))]), false]],
      true,
    );
    say.push(await one(world.of(`${world.input}-${n}`)));
  }
  const wrong = say.filter((one) => !one.holds);
  return verdict(wrong.length === 0, `${wrong.length} of ${say.length} spellings read`);
};

/** A deny of one label, and data with another. */
const labelled = (denied, system, code, itsSystem) =>
  consent(() => ({ provision: deny({ securityLabel: [label(denied, system)] }) }), [["data", data([label(code, itsSystem)]), false]], true);

const byCode = () => ({ provision: deny({ code: [{ coding: [{ ...loinc, system: oidOfLoinc }] }] }) });

const scope = (code) => ({ scope: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/consentscope", code }] } });
const focused = (world) => ({
  provision: {
    actor: undefined,
    securityLabel: [label("N")],
    provision: [{ type: "permit", securityLabel: [label("R")], actor: [actor("Practitioner/" + world.id("doctor"))] }],
  },
});

const group = async (world) => {
  const id = world.id("g");
  await world.load({ resourceType: "Group", id, type: "practitioner", actual: true, member: [{ entity: { reference: "Practitioner/" + world.id("doctor") } }] });
  return { provision: { actor: [actor("Group/" + id)] } };
};

const byClass = { provision: { type: undefined, provision: [{ type: "permit", class: [{ system: "http://hl7.org/fhir/resource-types", code: "Observation" }] }] } };
const period = deny({ dataPeriod: { start: "2020-01-01", end: "2024-12-31" } });
const inPeriod = (p) => observation(p, { effectiveDateTime: "2022-05-05" });

const unverified = () => ({ ...scope("research"), verification: [{ verified: false }] });
const nested = () => ({ provision: { securityLabel: [label("N")], provision: [{ type: "permit", securityLabel: [label("R")] }] } });

/** What $prepare says must name each of these words. */
const prepared = (consentOf, ...words) => async (world) => {
  const p = await world.patient("p");
  const more = await consentOf(world, p);
  const stored = world.consentOf(world.id("c"), p, world.id("doctor"), more);
  await world.load({ resourceType: "Practitioner", id: world.id("doctor") });
  await world.load(stored);
  const answer = await world.must(world.self(p), "GET", `Consent/${stored.id}/$prepare`);
  const summary = JSON.parse(answer.text).parameter.filter((one) => !/typed|salt|revocation/i.test(one.name));
  const text = JSON.stringify(summary).toLowerCase();
  const missing = words.filter((word) => !text.includes(word.toLowerCase()));
  return verdict(missing.length === 0, missing.length === 0 ? `says ${words.join(", ")}` : `does not say ${missing.join(", ")}`);
};

export default [
  { key: "8E-1", input: "a nested deny of what is related to an encounter", ask: consent(related, relatedReads) },
  { key: "8E-2", input: "a deny of R in three spellings, data in the published one", ask: spelt(denied, published) },
  { key: "8E-3", input: "a deny of R as published, data in three spellings", ask: spelt(() => denied(published()), itself) },
  { key: "8E-4", input: "a permit up to N as published, data labelled R in three spellings", ask: spelt(() => ({ provision: { securityLabel: [label("N")] } }), itself) },
  { key: "8E-5", input: "a deny of ActCode HIV, data labelled by OID", ask: labelled("HIV", act, "HIV", oidOfAct) },
  { key: "8E-6", input: "a deny of HIV by OID, data labelled as published", ask: labelled("HIV", oidOfAct, "HIV", act) },
  { key: "8E-7", input: "a deny of a LOINC code given by OID", ask: consent(byCode, [["data", data(undefined, { code: { coding: [loinc] } }), false]], true) },
  { key: "8E-8", input: "a deny of ETH, data labelled ETHUD", ask: labelled("ETH", act, "ETHUD", act) },
  { key: "8E-9", input: "a Consent with scope research, a request for TREAT", ask: consent(() => scope("research"), [["data", data(), false]]) },
  { key: "8E-10", input: "a Consent with verification.verified=false", ask: consent(() => ({ verification: [{ verified: false }] }), [["data", data(), false]]) },
  {
    key: "8E-11",
    input: "root N for all, nested permit R for one practitioner",
    ask: consent(focused, [
      ["R to that one", data([label("R")]), true],
      ["R to another", data([label("R")]), false, "other"],
      ["N to another", data([label("N")]), true, "other"],
    ]),
  },
  { key: "8E-12", input: "a Group as actor, of which the requester is a member", ask: consent(group, [["a member's read", data(), true]]) },
  {
    key: "8E-13",
    input: "root without type, an actor, policyRule OPTIN, nested permit for a class",
    ask: consent(() => byClass, [
      ["that class", data(), true],
      ["another class", (p) => ({ resourceType: "Condition", subject: { reference: "Patient/" + p } }), false],
    ]),
  },
  {
    key: "8E-14",
    input: "a deny by dataPeriod",
    ask: consent(() => ({ provision: period }), [
      ["the Patient", "Patient/@", true],
      ["data of the period", inPeriod, false],
    ]),
  },
  { key: "8E-15", input: "$prepare: what narrows, what widens", ask: prepared(nested, "normal", "restricted") },
  { key: "8E-16", input: "$prepare: scope research, verified=false", ask: prepared(unverified, "research", "not verified") },
  { key: "8E-17", input: "$prepare: a class that is not understood", ask: prepared(() => ({ provision: { class: [{ system: "urn:x", code: "y" }] } }), "urn:x|y") },
];
