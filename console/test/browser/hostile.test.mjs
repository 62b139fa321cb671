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

/** Nothing ran, nothing broke, and nobody else was asked. */
async function ends({ context, seen }) {
  assert.deepEqual(seen.complaints.filter((one) => /^dialog|Content Security Policy|Error:/.test(one)), []);
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
});
