// Who asks: what a token says, and for whom it speaks.
import http from "node:http";
import { nothing, verdict } from "./world.mjs";

const custody = { ...nothing, parameter: [{ name: "custody", valueString: "server" }] };

async function launchContext(world) {
  const p = await world.patient("p");
  const o = await world.observation("o", p);
  const token = world.token("practitioner", { patient: p });
  const read = await world.get(token, "Observation/" + o);
  const key = await world.ask(token, "POST", `Patient/${p}/$enroll-key`, custody);
  return verdict(read.status !== 200 && key.status >= 400, `reads ${read.status}, $enroll-key ${key.status}`);
}

async function absolutePatient(world) {
  const p = await world.patient("p");
  const o = await world.observation("o", p);
  const read = await world.get(world.self(p, { fhirUser: `${world.base}/Patient/${p}` }), "Observation/" + o);
  return verdict(read.status === 200, `the patient's read ${read.status}`);
}

/** A deny for one doctor, who names themself by an absolute address and breaks the glass. */
async function absoluteDoctor(world) {
  const p = await world.patient("p");
  const o = await world.observation("o", p);
  const d = world.id("denied");
  await world.consent("deny", p, d, { provision: { type: "deny" } });
  const reads = async (fhirUser) =>
    (await world.get(world.doctor(d, { fhirUser, purpose_of_use: ["ETREAT"] }), "Observation/" + o, { "X-Break-Glass-Reason": "unconscious" })).status;
  await world.until(async () => (await reads("Practitioner/" + d)) !== 200, "the deny");
  const read = await reads(`${world.base}/Practitioner/${d}`);
  return verdict(read !== 200, `relative name ${await reads("Practitioner/" + d)}, absolute name ${read}`);
}

async function organizationOfAnotherType(world) {
  const p = await world.patient("p");
  const o = await world.observation("o", p);
  await world.doctorOf(p, "named");
  const other = world.doctor(world.id("other"), { organization: "Practitioner/" + world.id("named") });
  const read = await world.get(other, "Observation/" + o);
  return verdict(read.status !== 200, `another clinician's read ${read.status}`);
}

/** Everything that a subscription delivers while this runs. */
async function listening(run) {
  const heard = [];
  const listener = http.createServer((request, response) => {
    let body = request.method + " " + request.url;
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      heard.push(body);
      response.writeHead(200).end();
    });
  });
  await new Promise((ready) => listener.listen(0, "127.0.0.1", ready));
  try {
    return await run(`http://localhost:${listener.address().port}/`, heard);
  } finally {
    listener.close();
    listener.closeAllConnections();
  }
}

async function limitedSubscription(world) {
  const [near, far] = [await world.patient("near"), await world.patient("far")];
  const doctor = await world.doctorOf(near);
  await world.consent("c-far", far, world.id("doctor"));
  await world.until(async () => (await world.get(doctor, "Patient/" + far)).status === 200, "a permitted read");
  const limited = world.doctor(world.id("doctor"), { patient: near, scope: "patient/*.rs user/Subscription.cruds" });
  return listening(async (endpoint, heard) => {
    const made = await world.must(limited, "POST", "Subscription", {
      resourceType: "Subscription",
      status: "requested",
      reason: "found",
      criteria: "Observation?status=final",
      channel: { type: "rest-hook", endpoint, payload: "application/fhir+json" },
    });
    const path = /Subscription\/[A-Za-z0-9.-]+/.exec(made.headers.location)[0];
    const operator = world.token("operator", { fhirUser: "Practitioner/found-operator" });
    const active = async () => (await world.get(operator, path)).text.includes('"active"');
    await world.until(active, "the subscription", 100);
    await world.observation("told-far", far);
    await world.observation("told-near", near);
    await world.until(() => heard.some((one) => one.includes(world.id("told-near"))), "a delivery", 100);
    const found = heard.some((one) => one.includes(world.id("told-far")));
    await world.must(world.loader, "DELETE", path);
    return verdict(!found, found ? "the other patient's Observation is delivered" : "the other patient's is not delivered");
  });
}

async function registrarAlone(world) {
  const id = world.id("p");
  const clerk = world.id("clerk");
  await world.load({ resourceType: "Patient", id });
  await world.load({ resourceType: "Practitioner", id: clerk });
  const o = await world.observation("o", id);
  const token = world.token("registrar", {
    sub: clerk,
    fhirUser: "Practitioner/" + clerk,
    scope: "anchor/registrar user/Patient.crus user/Consent.cruds user/Observation.rs",
  });
  const key = await world.ask(token, "POST", `Patient/${id}/$enroll-key`, custody);
  const consent = world.consentOf(world.id("c"), id, clerk, { sourceAttachment: { contentType: "text/plain", data: "c2lnbmVk" } });
  const written = await world.ask(token, "PUT", "Consent/" + consent.id, consent);
  const granted = await world.ask(token, "POST", `Consent/${consent.id}/$grant`, nothing);
  if (granted.status === 200) {
    await world.until(async () => (await world.get(token, "Observation/" + o)).status === 200, "the registrar's read", 20).catch(() => 0);
  }
  const read = (await world.get(token, "Observation/" + o)).status;
  return verdict(read !== 200, `key ${key.status}, Consent ${written.status}, $grant ${granted.status}, read ${read}`);
}

/** What one owner is told must not change with what the other owner consents to. */
async function explainsToAnother(world) {
  const [one, two] = [await world.patient("one"), await world.patient("two")];
  const o = await world.observation("o", one, { performer: [{ reference: "Patient/" + two }] });
  await world.doctorOf(one);
  const d = world.id("doctor");
  const asked = async () => (await world.must(world.self(one), "GET", `$explain-access?resource=Observation/${o}&reader=Practitioner/${d}&purpose=TREAT`)).text;
  const decided = (text) => /permit|refuse/.exec(text)[0];
  const before = await asked();
  await world.consent("c-two", two, d);
  await world.until(async () => (await world.get(world.doctor(d), "Patient/" + two)).status === 200, "a permitted read");
  const after = await asked();
  const told = decided(before) !== decided(after) || after.includes(two);
  return verdict(!told, `${decided(before)} before the other consents, ${decided(after)} after`);
}

export default [
  { key: "8D-1", input: "patient=p and user/*.cruds without fhirUser: read, $enroll-key", ask: launchContext },
  { key: "8D-2", input: "a patient whose fhirUser is absolute under the server's base", ask: absolutePatient },
  { key: "8D-3", input: "a denied doctor with an absolute fhirUser who breaks the glass", ask: absoluteDoctor },
  { key: "8D-4", input: "organization=Practitioner/x as an actor", ask: organizationOfAnotherType },
  { key: "8D-5", input: "a subscription of a token limited to one patient", ask: limitedSubscription },
  { key: "8D-6", input: "a registrar alone: key, Consent naming themself, $grant, read", ask: registrarAlone },
  { key: "8D-7", input: "$explain-access about something of two patients, by one of them", ask: explainsToAnother },
];
