// Answers, bounds and what stands in the log file.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { bundle, label, observation, verdict } from "./world.mjs";

const form = { "Content-Type": "application/x-www-form-urlencoded" };
const basic = { resourceType: "Basic", code: { text: "found" } };

/** The client's fault must be answered as that. */
const clientsFault = (ask) => async (world) => {
  const { status } = await ask(world);
  return verdict(status >= 400 && status < 500, `answered ${status}`);
};

/** What costs too much is refused, and soon. */
const tooMuch = (ask) => async (world) => {
  const began = Date.now();
  const { status } = await ask(world);
  const seconds = Math.round((Date.now() - began) / 1000);
  return verdict(status >= 400 && status < 500, `answered ${status} after ${seconds} s`);
};


const idsByForm = (world) => world.ask(world.loader, "POST", "Basic/_search", "_id=" + Array.from({ length: 10_000 }, (_, n) => "b" + n).join(","), form);
const batch = (world) => world.ask(world.loader, "POST", "", bundle("batch", ...Array.from({ length: 3_000 }, () => ({ request: { method: "GET", url: "Basic/none" } }))));
const keys = (world) => world.ask(world.loader, "POST", "Basic/_search", Array.from({ length: 1_100 }, (_, n) => `k${n}=v`).join("&"), form);

const deepXml = (world) => {
  const item = '<extension url="http://example.org">';
  const xml = `<Basic xmlns="http://hl7.org/fhir">${item.repeat(900)}${"</extension>".repeat(900)}</Basic>`;
  return world.ask(world.loader, "POST", "Basic", xml, { "Content-Type": "application/fhir+xml" });
};

/** A resource, and blanks behind it: 1.5 MB that inflate to 1.5 GB. */
async function bomb(world) {
  const blanks = gzipSync(" ".repeat(1 << 20));
  const body = Buffer.concat([gzipSync(JSON.stringify(basic)), ...Array.from({ length: 1_500 }, () => blanks)]);
  const answer = await world.ask(world.loader, "POST", "Basic", body, { "Content-Encoding": "gzip" }).catch((failure) => ({ status: failure.code ?? failure.message }));
  return verdict(answer.status === 413, `answered ${answer.status}`);
}

/** Requests that fail, each with a word that must not come into the log file. */
const failing = {
  "a birth date": (w, canary) => w.ask(w.loader, "POST", "Patient", { resourceType: "Patient", birthDate: canary }),
  "broken JSON": (w, canary) => w.ask(w.loader, "POST", "Patient", `{"resourceType":"Patient","id":${canary}`),
  "an unknown element": (w, canary) => w.ask(w.loader, "POST", "Patient", { resourceType: "Patient", [canary]: "x" }),
  "a narrative": (w, canary) => w.ask(w.loader, "POST", "Patient", { resourceType: "Patient", text: { status: "generated", div: `<div>${canary}<p></div>` } }),
  "a searched date": (w, canary) => w.get(w.loader, "Patient?birthdate=" + canary),
  "a value set": (w, canary) => w.get(w.loader, "Observation?code:in=http://" + canary),
  "an id": (w, canary) => w.get(w.loader, `Patient/${canary}/_history/99999999999999999999`),
  "ids of writes at once": (w, canary) =>
    Promise.all(Array.from({ length: 8 }, () => w.ask(w.loader, "PUT", "Patient/" + canary, { resourceType: "Patient", id: canary, identifier: [{ value: canary }] }))),
};

async function logFile(world) {
  const file = `${world.options.data}/logs/server.log`;
  const before = readFileSync(file).length;
  const canaries = Object.keys(failing).map((name, n) => [name, world.id("canary" + n)]);
  for (const [name, canary] of canaries) {
    await failing[name](world, canary);
  }
  const said = readFileSync(file).subarray(before).toString();
  const found = canaries.filter(([, canary]) => said.includes(canary)).map(([name]) => name);
  return verdict(found.length === 0, found.length === 0 ? `none of ${canaries.length} in server.log` : `in server.log: ${found.join(", ")}`);
}

async function endpoint(world) {
  const answer = await world.ask(world.doctor(world.id("d")), "POST", "Subscription", {
    resourceType: "Subscription",
    status: "requested",
    reason: "r",
    criteria: "Observation?code=no-such-code",
    channel: { type: "rest-hook", endpoint: "http://192.0.2.1/latest/meta-data" },
  });
  return verdict(answer.status >= 400, `answered ${answer.status}`);
}

const metadata = async (world) => JSON.parse((await world.get("", "metadata")).text);

async function nobodyMay(world) {
  const [rest] = (await metadata(world)).rest;
  const codes = new Set([...rest.resource.flatMap((one) => one.interaction ?? []), ...(rest.interaction ?? [])].map((one) => one.code));
  const listed = ["history-type", "history-system"].filter((one) => codes.has(one));
  const asked = [await world.get(world.loader, "Patient/_history"), await world.get(world.loader, "_history")];
  return verdict(listed.length === 0, `lists ${listed.join(", ") || "neither"}; answered ${asked.map((one) => one.status)}`);
}

async function softwareVersion(world) {
  const { software } = await metadata(world);
  return verdict(!/^8\.8/.test(software.version ?? ""), `${software.name} ${software.version}`);
}

async function switchedOff(world) {
  const doctor = world.doctor(world.id("d"));
  const [off, hidden] = [await world.get(doctor, "Patient?_filter=x"), await world.get(doctor, "Patient/none")];
  return verdict(off.text !== hidden.text, off.text === hidden.text ? "the words of a hidden record" : "says that it is switched off");
}

function misspelt(world) {
  try {
    const out = execFileSync("make", ["-s", "token", "ROL=patient", `DATA=${world.options.data}`], { cwd: world.options.checkout, encoding: "utf8", stdio: "pipe" });
    const { scope } = JSON.parse(Buffer.from(out.trim().split(".")[1], "base64url"));
    return verdict(false, `a token with ${scope.split(" ")[0]}`);
  } catch (refused) {
    return verdict(refused.status > 0, `refused: exit status ${refused.status}`);
  }
}

/** Hidden versions in between must not end an export of histories. */
async function exportOfHistories(world) {
  const [yes, no] = [await world.patient("yes"), await world.patient("no")];
  await world.doctorOf(yes);
  const id = world.id("o");
  const lines = Array.from({ length: 25 }, (_, n) => n);
  for (const n of lines) {
    await world.load({ ...observation(no, { valueString: `no-${n}.` }), id });
    await world.load({ ...observation(yes, { valueString: `yes-${n}.` }), id });
  }
  const reader = world.token("reader", { sub: world.id("doctor"), fhirUser: "Practitioner/" + world.id("doctor") });
  const all = await world.exported(reader, "$export?_type=Observation&_includeHistory=true");
  const found = lines.filter((n) => all.includes(`"yes-${n}."`)).length;
  return verdict(found === lines.length, `${found} of ${lines.length} permitted versions`);
}

async function historyAtOnce(world) {
  const p = world.id("p");
  await world.load({ resourceType: "Patient", id: p });
  const o = await world.observation("o", p);
  const read = async () => JSON.parse((await world.get(world.self(p), `Observation/${o}/_history`)).text).entry?.length;
  await read();
  await world.load({ ...observation(p, { status: "amended" }), id: o });
  const found = await read();
  return verdict(found === 2, `${found} of 2 versions`);
}

async function everythingFrom(world) {
  const p = await world.patient("p");
  const o = await world.observation("o", p, { effectiveDateTime: "2020-01-01" });
  const answer = await world.get(world.self(p), `Patient/${p}/$everything?start=2026-01-01`);
  const found = answer.text.includes(`"${o}"`);
  return verdict(!found, `answered ${answer.status}, ${found ? "with" : "without"} what is older`);
}

async function representation(world) {
  const p = await world.patient("p");
  const doctor = await world.doctorOf(p, "doctor", { provision: { securityLabel: [label("N")] } });
  const restricted = observation(p, { meta: { security: [label("R")] } });
  const answer = await world.ask(doctor, "POST", "Observation", restricted, { Prefer: "return=representation" });
  // Where an answer has no body, HAPI's Java client fetches what an absolute Location names, and reports how that ended.
  const { location } = answer.headers;
  const fetched = !answer.text && location.startsWith("http") ? (await world.get(doctor, new URL(location).pathname)).status : answer.status;
  return verdict(answer.status === 201 && fetched === 201, `answered ${answer.status}, HAPI's Java client reports ${fetched}`);
}

export default [
  { key: "8F-1", input: "words of patients in the log file, eight failing requests", ask: logFile },
  { key: "8F-2", input: "10,000 values of _id in a search by form", ask: tooMuch(idsByForm) },
  { key: "8F-3", input: "a batch of 3,000 entries", ask: tooMuch(batch) },
  { key: "8F-4", input: "XML 900 deep", ask: clientsFault(deepXml) },
  { key: "8F-5", input: "a form of 1,100 keys", ask: clientsFault(keys) },
  { key: "8F-6", input: "Patient?family=%zz", ask: clientsFault((w) => w.get(w.loader, "Patient?family=%zz")) },
  { key: "8F-7", input: "Observation?code:in of an unknown value set", ask: clientsFault((w) => w.get(w.loader, "Observation?code:in=http://nowhere.example.org/vs")) },
  { key: "8F-8", input: "a clinician's Subscription with an address of its own choice", ask: endpoint },
  { key: "8F-9", input: "CapabilityStatement: what is refused to everybody", ask: nobodyMay },
  { key: "8F-10", input: "CapabilityStatement.software.version", ask: softwareVersion },
  { key: "8F-11", input: "what is switched off, beside what is hidden", ask: switchedOff },
  { key: "8F-12", input: "make token ROL=patient", needs: ["checkout"], ask: misspelt },
  { key: "8F-13", input: "$export of histories, hidden versions between permitted ones", ask: exportOfHistories },
  { key: "8F-14", input: "_history at once after a PUT, read before", ask: historyAtOnce },
  { key: "8F-15", input: "$everything?start=2026-01-01, data of 2020", ask: everythingFrom },
  { key: "8F-16", input: "Prefer: return=representation for what its writer may not read", ask: representation },
  { key: "8F-17", input: "a gzip body of 1.5 MB that inflates to 1.5 GB", ask: bomb },
];
