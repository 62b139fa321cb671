// Every page, with every string of every answer hostile: it is shown as text, and the page stays whole.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, ADDRESS, closes, endsBrowser, narrow, nothingElsewhere, openBrowser, signedIn } from "./browser.mjs";

const WEIGHT = "Observation/demo-patient-weight";
const HOSTILE = [
  `<img src=x onerror="alert(1)">`,
  `<script>alert(2)</script>`,
  `"'\`{{constructor.constructor('alert(3)')()}}`,
  "javascript:alert(4)",
  `</pre></details><iframe srcdoc="<script>parent.alert(5)</script>">`,
  "\u202Egnp.exe",
];
const ALL = HOSTILE.join(" ");
/** Of a header, which has no letters but these. */
const ASCII = HOSTILE.slice(0, -1).join(" ");
const OUTCOME = { resourceType: "OperationOutcome", issue: [{ severity: ALL, code: ALL, details: { text: ALL }, diagnostics: ALL }] };
const RECORD = {
  resourceType: "Observation",
  id: "x",
  meta: { versionId: ALL, lastUpdated: ALL, source: ALL, profile: HOSTILE, tag: [{ system: ALL, code: ALL, display: ALL }] },
  language: ALL,
  text: { status: ALL, div: `<div xmlns="http://www.w3.org/1999/xhtml">${ALL}</div>` },
  contained: [{ resourceType: ALL, id: ALL, name: HOSTILE }],
  identifier: [{ system: ALL, value: ALL }],
  status: ALL,
  category: [{ coding: [{ system: ALL, code: ALL, display: ALL }] }],
  code: { text: ALL, coding: [{ system: ALL, code: ALL, display: ALL }] },
  subject: { reference: ALL, display: ALL },
  effectiveDateTime: ALL,
  valueQuantity: { value: ALL, unit: ALL },
  note: HOSTILE.map((text) => ({ text, authorString: ALL })),
  [ALL]: ALL,
  extension: [{ url: ALL, valueUrl: "javascript:alert(6)" }],
};

/** What the server says of its API, in each place where a text can stand. */
const API = {
  openapi: "3.0.1",
  info: { title: ALL, description: ALL, version: ALL, contact: { name: ALL, url: "javascript:alert(7)", email: ALL }, license: { name: ALL, url: "javascript:alert(8)" } },
  externalDocs: { description: ALL, url: "javascript:alert(9)" },
  servers: [{ url: `${ADDRESS}/fhir`, description: ALL }],
  tags: [{ name: ALL, description: ALL, externalDocs: { description: ALL, url: "javascript:alert(10)" } }],
  paths: {
    "/Patient/{id}": {
      get: {
        tags: [ALL],
        summary: ALL,
        description: ALL,
        externalDocs: { description: ALL, url: "javascript:alert(11)" },
        parameters: [
          { name: "id", in: "path", required: true, description: ALL, example: ALL, schema: { type: "string" } },
          { name: ALL, in: "query", description: ALL, example: ALL, schema: { type: "string", enum: HOSTILE, default: HOSTILE[0] } },
        ],
        responses: { 200: { description: ALL, content: { "application/fhir+json": { example: ALL, schema: { type: "object", title: ALL, description: ALL } } } } },
      },
      post: { tags: [ALL], summary: ALL, requestBody: { description: ALL, content: { [ALL]: { example: ALL, schema: { type: "string" } } } }, responses: {} },
    },
    [`/${ALL}`]: { get: { summary: ALL, responses: {} } },
  },
};
const MARKUP = `<html><body onload="alert(12)">${ALL}</body></html>`;
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(13)"><script>alert(14)</script></svg>`;
/** Answers that Swagger UI shows each in its own way. */
const TRIED = {
  "a record": { json: RECORD, contentType: "application/fhir+json" },
  "a refusal": { status: 422, json: OUTCOME, contentType: "application/fhir+json" },
  "a text": { body: ALL, contentType: "text/plain" },
  "a page": { body: MARKUP, contentType: "text/html" },
  XML: { body: `<Patient xmlns="http://hl7.org/fhir"><text><div xmlns="http://www.w3.org/1999/xhtml">${HOSTILE[1]}</div></text></Patient>`, contentType: "application/fhir+xml" },
  "a drawing": { body: DRAWING, contentType: "image/svg+xml" },
  "what is no JSON": { body: MARKUP, contentType: "application/json" },
};

let browser;

before(async () => {
  browser = await openBrowser();
});

after(() => endsBrowser(browser));

/** What says what a thing is, without which nothing would be shown. */
const KEPT = new Set(["resourceType", "name", "relation", "fullUrl", "url", "code", "outcome", "status", "valueCode", "mode"]);

function spoilt(value, key) {
  if (typeof value === "string") {
    return KEPT.has(key) ? value : ALL;
  }
  if (Array.isArray(value)) {
    return value.map((one) => spoilt(one, key));
  }
  return value === null || typeof value !== "object" ? value : Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoilt(one, name)]));
}

function answers(page, where, json, more = {}) {
  return page.route(where, (route) => route.fulfill({ json, ...more }));
}

/** Values that are no text stay what they are. */
function parameters(values) {
  const value = (one) => (typeof one === "boolean" ? { valueBoolean: one } : Array.isArray(one) ? { part: one } : { valueString: one });
  return values.map(([name, one]) => ({ name, ...value(one) }));
}

function parametersOf(...values) {
  return { resourceType: "Parameters", parameter: parameters(values) };
}

function bundle(...found) {
  return { resourceType: "Bundle", total: found.length, entry: found.map((resource) => ({ fullUrl: ALL, resource })) };
}

async function opens({ page }, place) {
  await page.goto(`${ADDRESS}/#/${place}`);
  await page.reload();
}

async function isText({ page }, what) {
  const shown = await page.textContent("main");
  assert.ok(shown.includes(HOSTILE[0]), `${what}: ${shown}`);
  assert.equal(await page.locator("main :is(img, script, iframe, object, embed)").count(), 0, what);
  assert.deepEqual(await page.locator("main a").evaluateAll((links) => links.map(({ protocol }) => protocol).filter((one) => !one.startsWith("http"))), [], what);
  await accessible(page);
  const size = page.viewportSize();
  await narrow(page);
  await page.setViewportSize(size);
}

/** Nothing that Swagger UI draws is a script or a picture, has a handler, or leads to one. */
async function isInert(page, what) {
  const found = await page.locator("#api *").evaluateAll((all) =>
    all
      .filter((one) => one.matches("script, iframe, object, embed, form, style, link, meta, base, img") || [...one.attributes].some(({ name, value }) => name.startsWith("on") || (/href|src|action/.test(name) && /^\s*javascript:/i.test(value))))
      .map((one) => one.outerHTML.slice(0, 200)),
  );
  assert.deepEqual(found, [], what);
}

/** The file as the server makes it. */
function proofsOf(page) {
  return page.evaluate(async (base) => {
    const { tokenResponse } = JSON.parse(sessionStorage.getItem(JSON.parse(sessionStorage.getItem("SMART_KEY"))));
    const answer = await fetch(`${base}/fhir/Patient/demo-patient/$disclosures?_outputFormat=proofs`, { headers: { Authorization: `Bearer ${tokenResponse.access_token}` } });
    return answer.text();
  }, ADDRESS);
}

/** One file for each member that is a text: with all of that name hostile; with all that are no format; and with hostile lines. */
function eachHostile(file) {
  const lines = file.trimEnd().split("\n").map((line) => JSON.parse(line));
  const names = new Set();
  JSON.stringify(lines, (name, value) => (typeof value === "string" && names.add(name), value));
  const changed = (which) => lines.map((line) => JSON.stringify(line, (name, value) => (typeof value === "string" && which(name) ? ALL : value))).join("\n");
  assert.ok(names.size > 5, [...names].join());
  return [
    ...[...names].map((one) => [one, { body: changed((name) => name === one) }]),
    ["all", { body: changed((name) => name !== "format") }],
    ["lines", { body: `${JSON.stringify(lines[0])}\n${HOSTILE.join("\n")}` }],
  ];
}

/** Its style sheet has pictures of its own in it, which the policy does not let in. */
const OF_SWAGGER = /^Loading the image 'data:image\/svg\+xml;charset=utf-8,<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /;

/** Nothing ran, nothing broke, and nobody else was asked. */
async function ends({ context, seen }) {
  assert.deepEqual(seen.complaints.filter((one) => /^dialog|Content Security Policy|Error:/.test(one) && !OF_SWAGGER.test(one)), []);
  nothingElsewhere(seen);
  await closes({ context });
}

function failure(page, status = 422) {
  return page.locator(`[role=alert][data-status='${status}']`).first().waitFor();
}

describe("CON-7 every string of every answer is hostile, and is shown as text", { concurrency: false }, () => {
  test("a record that somebody opens by its address", async () => {
    const patient = await signedIn(browser, "demo-patient");
    const { page } = patient;
    await answers(page, "**/fhir/Observation/x", RECORD);
    await opens(patient, "open/Observation/x");
    await page.waitForSelector("main dl");
    await page.locator("summary").first().click();
    const shown = await page.textContent("main");
    HOSTILE.forEach((one) => assert.ok(shown.includes(one), one));
    await isText(patient, "open");
    await ends(patient);
  });

  test("the patient's record, who saw it, and the patient's own name", async () => {
    const patient = await signedIn(browser, "demo-patient");
    const { page } = patient;
    await page.route("**/fhir/**", async (route) => {
      const answer = await route.fetch();
      const json = answer.headers()["content-type"]?.includes("json") ? spoilt(await answer.json()) : undefined;
      await route.fulfill({ response: answer, ...(json === undefined ? {} : { json }) });
    });
    await opens(patient, "data");
    await page.locator("[data-record] summary").first().click();
    await isText(patient, "data");
    await opens(patient, "saw");
    await page.locator("#counted, [data-who]").first().waitFor();
    await isText(patient, "saw");
    await page.evaluate(() => sessionStorage.removeItem("fhir-anchor-names"));
    await page.reload();
    await page.locator("#person b").filter({ hasText: HOSTILE[1] }).waitFor();
    assert.equal(await page.locator("header img, header script").count(), 0);
    await ends(patient);
  });

  test("my keys, what setting one up answers, and why it is refused", async () => {
    const patient = await signedIn(browser, "demo-patient");
    const { page } = patient;
    const key = (kind, current) => [
      "key",
      parameters([["address", ALL], ["kind", kind], ["current", current], ["since", ALL], ["signCount", ALL], ["backupEligible", ALL], ["backedUp", ALL]]),
    ];
    await answers(page, "**/$keys", parametersOf(key(ALL, false), key("passkey", true)));
    await opens(patient, "keys");
    await page.locator("[data-key]").nth(1).waitFor();
    await isText(patient, "keys");
    await answers(page, "**/$enroll-key", parametersOf(["address", ALL]));
    await page.click("#custody");
    await page.waitForSelector("#custody-done");
    await isText(patient, "a key that was set up");
    await answers(page, "**/$enroll-key", parametersOf(["typedData", ALL], ["challenge", ALL], ["relyingParty", ALL]));
    await page.click("#veto");
    await page.locator("[role=alert]").first().waitFor();
    await answers(page, "**/$enroll-key", OUTCOME, { status: 422 });
    await page.click("#custody");
    await failure(page);
    await isText(patient, "a key that is refused");
    await answers(page, "**/$keys", OUTCOME, { status: 403 });
    await opens(patient, "keys");
    await failure(page, 403);
    await isText(patient, "keys that are refused");
    await ends(patient);
  });

  test("who may see it, each state and decision, and why none can be withdrawn", async () => {
    const patient = await signedIn(browser, "demo-patient");
    const { page } = patient;
    const consent = (id) => ({
      resourceType: "Consent",
      id,
      status: ALL,
      provision: {
        type: ALL,
        period: { start: ALL, end: ALL },
        actor: [{ role: { text: ALL }, reference: { reference: ALL, display: ALL } }, { reference: { reference: "Practitioner/hostile" } }],
        purpose: [{ system: ALL, code: ALL, display: ALL }],
        class: [{ system: ALL, code: ALL }],
        [ALL]: ALL,
      },
    });
    const named = { resourceType: "Practitioner", id: ALL, name: [{ text: ALL, family: ALL, given: HOSTILE }] };
    await answers(page, "**/fhir/Practitioner/hostile", named);
    await answers(page, "**/fhir/Consent?**", bundle(consent("x"), consent(ALL)));
    await answers(page, "**/$ledger-status", parametersOf(["state", ALL], ["custody", ALL], ["reason", ALL]));
    await opens(patient, "may");
    await page.waitForSelector("[data-consent=x] [data-state]");
    await isText(patient, "a state");
    await answers(page, "**/$ledger-status", parametersOf(["state", "granted"], ["inForce", false], ["reason", ALL]));
    await answers(page, "**/$explain-access**", parametersOf(["decision", ALL], ["reason", ALL]));
    await opens(patient, "may");
    const card = page.locator("[data-consent=x]");
    await card.locator("[data-state=granted][data-obstacle]").waitFor();
    await card.getByRole("button", { name: "What would the server decide now?" }).click();
    await card.locator("[data-decision=refuse]").first().waitFor();
    await isText(patient, "a decision");
    await answers(page, "**/$prepare", OUTCOME, { status: 422 });
    await card.getByRole("button", { name: "Withdraw", exact: true }).click();
    await card.getByRole("button", { name: "Yes, withdraw now" }).click();
    await failure(page);
    await isText(patient, "not withdrawn");
    await ends(patient);
  });

  test("whom to permit, and what to sign", async () => {
    const patient = await signedIn(browser, "demo-patient");
    const { page } = patient;
    const named = { resourceType: "Practitioner", id: ALL, name: [{ text: ALL }] };
    await answers(page, "**/fhir/Practitioner?**", bundle(named, { resourceType: "Organization", id: ALL, name: ALL }));
    await opens(patient, "grant");
    await page.fill("#who", ALL);
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("radio", { name: HOSTILE[1] }).first().waitFor();
    await isText(patient, "grant");
    await answers(page, "**/fhir/Consent/x", { resourceType: "Consent", id: ALL, status: ALL, provision: { type: ALL } });
    await answers(page, "**/$ledger-status", parametersOf(["state", ALL], ["custody", ALL]));
    const typed = { types: { EIP712Domain: [] }, primaryType: "EIP712Domain", domain: {}, message: {} };
    await answers(page, "**/$prepare", parametersOf(["summary", ALL], ["salt", ALL], ["typedData", JSON.stringify(typed)], ["revocation", "{}"]));
    await opens(patient, "sign/x");
    await page.waitForSelector("#differs");
    await isText(patient, "sign");
    assert.equal(await page.locator("#sign").count(), 0);
    await answers(page, "**/$prepare", parametersOf(["summary", ALL], ["salt", ALL], ["typedData", ALL], ["revocation", ALL]));
    await opens(patient, "sign/x");
    await page.locator("[role=alert]").first().waitFor();
    assert.equal(await page.locator("#sign").count(), 0);
    await ends(patient);
  });

  test("records, their proofs, why they are refused, and the reason of an emergency", async () => {
    const doctor = await signedIn(browser, "demo-emergency");
    const { page } = doctor;
    await answers(page, "**/fhir/Patient/p", { resourceType: "Patient", id: "p", name: [{ text: ALL }] });
    await answers(page, "**/fhir/Patient/p/$everything**", bundle(RECORD, { resourceType: ALL, id: ALL, name: HOSTILE }));
    await answers(page, "**/_history/**", RECORD);
    await opens(doctor, "records");
    await page.fill("#reference", "Patient/p");
    await page.click("#open");
    await page.locator("[data-record] summary").nth(1).waitFor();
    await page.locator("[data-record] summary").first().click();
    await isText(doctor, "records");
    await page.getByRole("button", { name: "Check the proof" }).first().click();
    await page.waitForSelector("[data-proof=fails]");
    await answers(page, "**/_history/**", OUTCOME, { status: 422 });
    await page.locator("[data-save=proof]").first().click();
    await failure(page);
    await isText(doctor, "a proof that is refused");
    await answers(page, "**/fhir/Patient/p", OUTCOME, { status: 403 });
    await page.click("#open");
    await failure(page, 403);
    await isText(doctor, "refused");
    await answers(page, "**/fhir/Patient/p", RECORD);
    await page.click("#emergency summary");
    await page.fill("#reason", ASCII);
    await page.click("#break-glass");
    await page.waitForSelector("#opened-because");
    assert.ok((await page.textContent("#opened-because")).includes(HOSTILE[4]));
    await isText(doctor, "emergency");
    await ends(doctor);
  });

  test("the journal and an accounting", async () => {
    const officer = await signedIn(browser, "demo-compliance");
    const { page } = officer;
    await page.route("**/fhir/**", async (route) => {
      const answer = await route.fetch();
      const json = answer.headers()["content-type"]?.includes("json") ? spoilt(await answer.json()) : undefined;
      await route.fulfill({ response: answer, ...(json === undefined ? {} : { json }) });
    });
    await opens(officer, "journal");
    await page.click("#search");
    await page.locator("#lines [data-outcome]").first().waitFor();
    await isText(officer, "journal");
    await opens(officer, "accounting");
    await page.fill("#patient", "demo-patient");
    await page.click("#show");
    await page.locator("[data-who]").first().waitFor();
    await isText(officer, "accounting");
    await ends(officer);
  });

  test("numbers over time that are none, and why they are refused", async () => {
    const officer = await signedIn(browser, "demo-compliance");
    const { page } = officer;
    await answers(page, "**/fhir/AuditEvent?**", { resourceType: "Bundle", id: ALL, total: ALL });
    await opens(officer, "trend");
    await page.locator("#counts [data-day]").first().waitFor();
    assert.equal(await page.locator("main :is(img, script, iframe)").count(), 0);
    assert.deepEqual(await page.locator("polyline").evaluateAll((lines) => lines.map((line) => line.getAttribute("points")).filter((points) => /[^\d., ]/.test(points))), []);
    await answers(page, "**/fhir/AuditEvent?**", OUTCOME, { status: 422 });
    await opens(officer, "trend");
    await failure(page);
    await isText(officer, "trend");
    await ends(officer);
  });

  test("exports and scans: how far they are, their files and findings, and why they are refused", async () => {
    const officer = await signedIn(browser, "demo-compliance");
    const { page } = officer;
    for (const [place, operation, reported] of [
      ["exports", "$export-provenance", "#files"],
      ["store", "$verify-store", "#report"],
    ]) {
      const job = (more) =>
        page.route(`**/${operation}**`, (route) =>
          new URL(route.request().url()).searchParams.has("_job")
            ? route.fulfill(more)
            : route.fulfill({ status: 202, headers: { "Content-Location": `${ASCII}?_job=1-a&${ASCII}` }, json: OUTCOME }),
        );
      await job({ status: 202, headers: { "X-Progress": ASCII }, json: OUTCOME });
      await opens(officer, place);
      await page.click("#start");
      await page.waitForSelector("#running");
      await accessible(page);
      const files = { output: [{ type: ALL, count: 1, url: ALL }], extension: { "https://fhiranchor.org/export-files": [{ name: ALL, url: ALL }, { name: "a.b", url: ALL }] } };
      const finding = JSON.stringify({ kind: ALL, place: ALL, finding: ALL });
      await job(place === "exports" ? { json: files } : { contentType: "application/ndjson", body: `${finding}\n` });
      await page.reload();
      await page.waitForSelector(reported);
      assert.equal(await page.locator("main :is(img, script, iframe)").count(), 0, place);
      await job({ status: 422, json: OUTCOME });
      await page.reload();
      await failure(page);
      await isText(officer, place);
      await page.evaluate(() => Object.keys(sessionStorage).forEach((name) => /^fhir-anchor-(?:export|scan)$/.test(name) && sessionStorage.removeItem(name)));
      await answers(page, `**/${operation}**`, OUTCOME, { status: 422 });
      await page.reload();
      await page.click("#start");
      await failure(page);
      await isText(officer, `${place} that do not start`);
    }
    await ends(officer);
  });

  test("the page of the API: what the server says of it, and every answer that is tried there", async () => {
    const patient = await signedIn(browser, "demo-patient");
    const { page } = patient;
    let answer = { json: RECORD, headers: { "X-Hostile": ASCII, ETag: ASCII } };
    await page.route("**/fhir/api-docs?**", (route) => route.fulfill({ json: API }));
    await page.route("**/fhir/Patient/demo-patient**", (route) => route.fulfill(answer));
    await page.route("**/fhir/metadata", (route) => route.fulfill({ json: { resourceType: "CapabilityStatement", rest: [{ resource: [{ type: ALL }, { type: "Patient" }] }] } }));
    await opens(patient, "api");
    await page.selectOption("#part", "Patient");
    const read = page.locator("#api .opblock-get").filter({ has: page.locator('[data-path="/Patient/{id}"]') });
    await read.locator(".opblock-summary-control").click();
    await isInert(page, "the description");
    await read.getByRole("button", { name: "Try it out" }).click();
    await read.locator("tr[data-param-name=id] input").fill("demo-patient");
    for (const [what, how] of Object.entries(TRIED)) {
      answer = { headers: { "X-Hostile": ASCII }, ...how };
      const [, asked] = await Promise.all([read.getByRole("button", { name: "Execute" }).click(), page.waitForResponse("**/fhir/Patient/demo-patient**")]);
      await read.locator(".live-responses-table td.response-col_status").filter({ hasText: String(asked.status()) }).waitFor();
      await read.locator(".live-responses-table .response-col_description").first().waitFor();
      await isInert(page, what);
      await read.getByRole("button", { name: "Clear" }).click();
    }
    await ends(patient);
  });

  test("the proofs of an accounting, whichever of their strings is hostile, for the patient and for the officer", async () => {
    for (const [person, place, shows] of [
      ["demo-patient", "saw", () => undefined],
      ["demo-compliance", "accounting", async (page) => {
        await page.fill("#patient", "demo-patient");
        await page.click("#show");
      }],
    ]) {
      const reader = await signedIn(browser, person);
      const { page } = reader;
      await opens(reader, place);
      await shows(page);
      await page.waitForSelector("#check-proofs");
      const file = await proofsOf(page);
      const told = [];
      for (const [what, how] of [...eachHostile(file), ["refused", { status: 422, json: OUTCOME }]]) {
        await page.route("**/$disclosures?_outputFormat=proofs", (route) => route.fulfill({ contentType: "application/x-ndjson", ...how }));
        const [, asked] = await Promise.all([page.click("#check-proofs"), page.waitForResponse("**/$disclosures?_outputFormat=proofs")]);
        assert.equal(asked.status(), how.status ?? 200);
        await page.locator("#proofs :is([data-proofs], [role=alert])").waitFor();
        told.push(await page.textContent("#proofs"));
        assert.equal(await page.locator("main :is(img, script, iframe, object, embed)").count(), 0, what);
        await page.unrouteAll({ behavior: "wait" });
      }
      assert.ok(told.at(-1).includes(HOSTILE[0]), told.at(-1));
      await accessible(page);
      await ends(reader);
    }
  });
});
