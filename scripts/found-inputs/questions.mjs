// Writes as questions: what hidden and missing must answer alike.
import { alike, all, bundle, entry, observation, verdict } from "./world.mjs";

/** A doctor of one patient, and a second patient whose record is hidden from that doctor. */
async function hospital(world) {
  const mine = await world.patient("mine");
  const hers = await world.patient("hers");
  const o = await world.observation("o", mine);
  const none = world.id("none");
  return { mine, hers, o, none, doctor: await world.doctorOf(mine) };
}

/** The same request about what is hidden and about what is not there. */
async function both(world, { hers, none }, what, request) {
  return alike([await request(hers), hers], [await request(none), none], what);
}

const forms = ["/Patient/@", "./Patient/@", "x/Patient/@", "fhir/Patient/@"];
const named = (form, id) => form.replace("@", id);

/** One request for each form of reference. */
const eachForm = (write) => async (world) => {
  const at = await hospital(world);
  return all(forms.map((form) => both(world, at, named(form, "p"), (id) => write(world, at, named(form, id)))));
};

const post = (world, { doctor }, reference) => world.ask(doctor, "POST", "Observation", observation(reference));
const put = (world, { doctor, o }, reference) => world.ask(doctor, "PUT", "Observation/" + o, { ...observation(reference), id: o });

/** The stranger's record must hold nothing that the doctor wrote. */
async function intoARecord(world) {
  const at = await hospital(world);
  const answers = await Promise.all(forms.map((form) => post(world, at, named(form, at.hers))));
  const found = JSON.parse((await world.get(world.self(at.hers), "Observation?patient=" + at.hers)).text).total;
  return verdict(found === 0, `answered ${answers.map((one) => one.status)}, ${found} in the stranger's record`);
}

const patches = {
  json: (reference) => [JSON.stringify([{ op: "add", path: "/performer", value: [{ reference }] }]), "application/json-patch+json"],
  xml: (reference) => [
    '<diff xmlns:f="http://hl7.org/fhir"><add sel="f:Observation/f:code" pos="after"><performer xmlns="http://hl7.org/fhir">' +
      `<reference value="${reference}"/></performer></add></diff>`,
    "application/xml-patch+xml",
  ],
  fhirPath: (reference) => [
    JSON.stringify({
      resourceType: "Parameters",
      parameter: [
        {
          name: "operation",
          part: [
            { name: "type", valueCode: "replace" },
            { name: "path", valueString: "Observation.subject.reference" },
            { name: "value", valueString: reference },
          ],
        },
      ],
    }),
    "application/fhir+json",
  ],
};

const patch = (kind) => async (world) => {
  const at = await hospital(world);
  return both(world, at, "hidden", (id) => {
    const [body, type] = patches[kind]("Patient/" + id);
    return world.ask(at.doctor, "PATCH", "Observation/" + at.o, body, { "Content-Type": type });
  });
};

/** An Observation of a patient whose record the doctor may write to, sent into a stranger's. */
async function movedOut(world) {
  const { mine, hers, o, doctor } = await hospital(world);
  const answer = await world.ask(doctor, "PATCH", "Observation/" + o, [{ op: "replace", path: "/subject/reference", value: "Patient/" + hers }]);
  const reads = async (patient) => (await world.get(world.self(patient), "Observation/" + o)).status;
  const [before, after] = [await reads(mine), await reads(hers)];
  return verdict(before === 200 && after !== 200, `PATCH ${answer.status}; its patient reads ${before}, the stranger ${after}`);
}

/** An organization that one hidden patient refers to, for searches by that patient's name. */
async function ward(world) {
  const organization = world.id("ward");
  await world.load({ resourceType: "Organization", id: organization, name: "Ward" });
  const family = "F" + world.id("named").replaceAll("-", "");
  await world.load({ resourceType: "Patient", id: world.id("named"), name: [{ family }], managingOrganization: { reference: "Organization/" + organization } });
  return { organization, family, other: "G" + family.slice(1) };
}

async function referenceBySearch(world) {
  const { organization, family, other } = await ward(world);
  const doctor = world.doctor(world.id("d"));
  const ask = (name) => {
    const reference = `Organization?_id=${organization}&_has:Patient:organization:family=${name.slice(0, 6)}`;
    return world.ask(doctor, "POST", "", bundle("transaction", entry("POST", "PractitionerRole", { resourceType: "PractitionerRole", organization: { reference } })));
  };
  return alike([await ask(family), family.slice(0, 6)], [await ask(other), other.slice(0, 6)], "right guess");
}

async function mixedScopes(world) {
  const { organization, family, other } = await ward(world);
  const token = world.token("loader", { fhirUser: "Practitioner/" + world.id("d"), scope: "system/Organization.cruds user/*.rs" });
  const ask = (name) =>
    world.ask(token, "POST", "Organization", { resourceType: "Organization", name: "New" }, {
      "If-None-Exist": `_id=${organization}&_has:Patient:organization:family=${name}`,
    });
  return alike([await ask(family), family], [await ask(other), other], "right guess");
}

/** Guessed values of a hidden Patient must answer like wrong ones, and name nobody. */
async function uniqueIndex(world) {
  const doctor = world.doctor(world.id("d"));
  const code = world.id("birth");
  const parameter = {
    resourceType: "SearchParameter",
    id: code,
    url: "urn:" + code,
    name: "found",
    status: "active",
    description: "found",
    code,
    base: ["Patient"],
    type: "token",
    expression: "Patient.identifier",
  };
  const composite = {
    ...parameter,
    id: code + "-u",
    url: `urn:${code}-u`,
    code: code + "-u",
    type: "composite",
    expression: "Patient",
    extension: [{ url: "http://hapifhir.io/fhir/StructureDefinition/sp-unique", valueBoolean: true }],
    component: [{ definition: "urn:" + code, expression: "Patient" }],
  };
  const made = [await world.ask(doctor, "PUT", "SearchParameter/" + code, parameter), await world.ask(doctor, "PUT", "SearchParameter/" + composite.id, composite)];
  const guess = (value) => world.ask(doctor, "POST", "Patient", { resourceType: "Patient", identifier: [{ system: "urn:" + code, value }] });
  const hidden = world.id("hidden");
  await world.load({ resourceType: "Patient", id: hidden, identifier: [{ system: "urn:" + code, value: "right" }] });
  const [right, wrong] = [await guess("right"), await guess("wrong")];
  const says = right.text.includes(hidden) ? ", and names the hidden id" : "";
  return verdict(right.status === wrong.status, `indexes ${made.map((one) => one.status)}; right guess ${right.status}, wrong ${wrong.status}${says}`);
}

async function implementationGuide(world) {
  const at = await hospital(world);
  return both(world, at, "exists", (id) =>
    world.ask(at.doctor, "POST", "ImplementationGuide", {
      resourceType: "ImplementationGuide",
      url: "urn:found:guide",
      name: "G",
      status: "draft",
      packageId: "g",
      fhirVersion: ["4.0.1"],
      definition: { resource: [{ reference: { reference: "Patient/" + id } }] },
    }),
  );
}

/** An Organization that names a hidden patient in an extension. */
async function namesAPatient(world) {
  const id = world.id("org");
  const p = await world.patient("p");
  const extension = [{ url: "urn:of", valueReference: { reference: "Patient/" + p } }];
  await world.load({ resourceType: "Organization", id, name: "Secret", identifier: [{ system: "urn:found", value: id }], extension });
  return { id, p, none: world.id("no"), doctor: world.doctor(world.id("d")) };
}

const organization = (method, path, body, headers) => async (world) => {
  const at = await namesAPatient(world);
  const ask = (id) => world.ask(at.doctor, method, path.replaceAll("@", id), body?.(id) ?? "", headers?.(id));
  const told = alike([await ask(at.id), at.id], [await ask(at.none), at.none]);
  const now = await world.get(world.self(at.p), "Organization/" + at.id);
  const over = now.text.includes("Secret") ? "" : ", and overwrites it";
  return verdict(told.holds && !over, told.saw + over);
};

const renamed = (id) => ({ resourceType: "Organization", name: "Taken", identifier: [{ system: "urn:found", value: id }] });
const ifNoneExist = (id) => ({ "If-None-Exist": "identifier=urn:found|" + id });
const testName = () => [{ op: "test", path: "/name", value: "Secret" }];

/** A registrar's guess at a value of a Patient. */
async function registrarTests(world) {
  const p = await world.patient("p", { birthDate: "1970-01-02" });
  const registrar = world.token("registrar", { fhirUser: "Practitioner/clerk", purpose_of_use: ["TREAT"] });
  const guess = (value) => world.ask(registrar, "PATCH", "Patient/" + p, [{ op: "test", path: "/birthDate", value }]);
  const [right, wrong] = [await guess("1970-01-02"), await guess("1970-01-03")];
  return verdict(right.status === wrong.status, `right guess ${right.status}, wrong ${wrong.status}`);
}

export default [
  { key: "8B-1", input: "PractitionerRole.organization by a search with _has, in a transaction", ask: referenceBySearch },
  { key: "8B-2", input: "POST with a subject of /Patient/p, ./Patient/p, x/Patient/p, fhir/Patient/p", ask: eachForm(post) },
  { key: "8B-3", input: "PUT with a subject in the same forms", ask: eachForm(put) },
  { key: "8B-4", input: "the same forms, and whose record they write into", ask: intoARecord },
  { key: "8B-5", input: "JSON Patch that adds a reference", ask: patch("json") },
  { key: "8B-6", input: "XML Patch that adds a reference", ask: patch("xml") },
  { key: "8B-7", input: "FHIRPath Patch that adds a reference", ask: patch("fhirPath") },
  { key: "8B-8", input: "PATCH of /subject/reference, out of a record into a stranger's", ask: movedOut },
  { key: "8B-9", input: "ImplementationGuide.definition.resource.reference, by a clinician", ask: implementationGuide },
  { key: "8B-10", input: "an Organization that names a patient: read", ask: organization("GET", "Organization/@") },
  { key: "8B-11", input: "an Organization that names a patient: $meta", ask: organization("GET", "Organization/@/$meta") },
  { key: "8B-12", input: "an Organization that names a patient: _history", ask: organization("GET", "Organization/@/_history") },
  { key: "8B-13", input: "an Organization that names a patient: PATCH test", ask: organization("PATCH", "Organization/@", testName) },
  { key: "8B-14", input: "an Organization that names a patient: conditional PUT", ask: organization("PUT", "Organization?identifier=urn:found%7C@", renamed) },
  { key: "8B-15", input: "an Organization that names a patient: If-None-Exist", ask: organization("POST", "Organization", renamed, ifNoneExist) },
  { key: "8B-16", input: "a registrar's PATCH test of a birth date", ask: registrarTests },
  { key: "8B-17", input: "If-None-Exist with _has, scopes system/Organization.cruds user/*.rs", ask: mixedScopes },
  { key: "8B-18", input: "a clinician's unique SearchParameter, then POST Patient with a guessed value", ask: uniqueIndex },
];
