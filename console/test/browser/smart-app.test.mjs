// An app that SMART's own JavaScript client drives, unchanged, at an address of its own: launched by itself, and out of an EHR.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { accessible, ADDRESS, closes, endsBrowser, narrow, openBrowser, picture, visitor } from "./browser.mjs";

const BASE = `${ADDRESS}/fhir`;
const PACKED = path.resolve(import.meta.dirname, "../../node_modules/fhirclient/build/fhir-client.js");
const SCOPE = "openid fhirUser launch/patient patient/Patient.rs patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs";

let browser;
let app;
let origin;
let clientId;

const html = (script) => `<!DOCTYPE html><meta charset="utf-8"><title>app</title><link rel="icon" href="data:,">
<script src="fhir-client.js"></script><pre id="said"></pre><script>${script}</script>`;

const pages = () => ({
  "/standalone.html": html(`FHIR.oauth2.authorize(${JSON.stringify({ iss: BASE, clientId, scope: SCOPE, redirectUri: "index.html" })})`),
  "/launch.html": html(`FHIR.oauth2.authorize(${JSON.stringify({ clientId, scope: "launch openid fhirUser patient/*.rs", redirectUri: "index.html" })})`),
  "/index.html": html(`(async () => {
    const client = await FHIR.oauth2.ready();
    const told = { patient: client.patient.id, user: client.getIdToken().fhirUser, scope: client.getState("tokenResponse.scope") };
    const self = await client.user.read();
    told.self = self.resourceType + "/" + self.id;
    try {
      told.seen = (await client.request("Observation?patient=" + client.patient.id, { flat: true })).map(({ id }) => id);
      told.patientRead = (await client.patient.read()).id;
    } catch (refused) {
      told.refused = String(refused);
    }
    document.querySelector("#said").textContent = JSON.stringify(told);
  })().catch((error) => { document.querySelector("#said").textContent = JSON.stringify({ error: String(error) }); });`),
});

before(async () => {
  const library = readFileSync(PACKED);
  app = createServer((request, response) => {
    const at = new URL(request.url, "http://localhost").pathname;
    const page = at === "/fhir-client.js" ? library : pages()[at];
    response.writeHead(page ? 200 : 404, { "content-type": at.endsWith(".js") ? "text/javascript" : "text/html" });
    response.end(page ?? "");
  });
  await new Promise((listening) => app.listen(0, "localhost", listening));
  origin = `http://localhost:${app.address().port}`;
  const registered = await fetch(`${ADDRESS}/oauth2/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: "fhirclient",
      redirect_uris: [`${origin}/index.html`],
      launch_uri: `${origin}/launch.html`,
      token_endpoint_auth_method: "none",
    }),
  });
  assert.equal(registered.status, 201);
  clientId = (await registered.json()).client_id;
  browser = await openBrowser();
});

after(async () => {
  await endsBrowser(browser);
  app?.close();
});

/** The pages of the sign-in itself: in the reader's language, for a reader of screens, at 360 px, in both themes. */
async function sound(page, language = "en") {
  assert.equal(await page.getAttribute("html", "lang"), language);
  const size = page.viewportSize();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await accessible(page);
    await narrow(page);
    await accessible(page);
    await page.setViewportSize(size);
  }
}

/** What the app says when it is back from signing in. */
async function said(page) {
  await page.waitForURL((url) => url.origin === origin && url.pathname === "/index.html");
  await page.waitForFunction(() => !!document.getElementById("said")?.textContent);
  return JSON.parse(await page.textContent("#said"));
}

describe("SIGN-6 fhirclient in a browser", { concurrency: false }, () => {
  test("standalone: a patient signs in, allows what is asked in words, and the app reads what its scopes reach", async () => {
    const { page } = await visitor(browser);
    await page.goto(`${origin}/standalone.html`);
    await page.waitForSelector('button[value="demo-patient"]');
    await sound(page);
    await page.click('button[value="demo-patient"]');
    await page.waitForSelector("#allow");
    await sound(page);
    assert.match(await page.textContent("form"), /only where category is vital-signs/);
    await page.click("#allow");
    const told = await said(page);
    assert.equal(told.error, undefined);
    assert.equal(told.patient, "demo-patient");
    assert.equal(told.self, "Patient/demo-patient");
    assert.equal(told.patientRead, "demo-patient");
    assert.ok(told.seen.includes("demo-patient-weight"), JSON.stringify(told));
    assert.ok(told.scope.includes("?category="));
  });

  test("EHR launch: the app is told the record that is open, and who has opened it", async () => {
    const { page } = await visitor(browser);
    await page.goto(`${ADDRESS}/oauth2/launch`);
    await page.click('button[value="demo-clinician"]');
    await page.waitForSelector('input[name="patient"]');
    await sound(page);
    await page.fill('input[name="patient"]', "demo-patient");
    await page.click(`button[value="${clientId}"]`);
    await page.click("#allow");
    const told = await said(page);
    assert.equal(told.error, undefined);
    assert.equal(told.patient, "demo-patient");
    assert.equal(told.self, "Practitioner/demo-clinician");
    assert.equal(told.user, `${BASE}/Practitioner/demo-clinician`);
  });
});

describe("SIGN-2l the pages of signing in, in German", { concurrency: false }, () => {
  test("are what a browser gets that prefers it: to sign in, to allow, to launch, and where something is wrong", async () => {
    const { context, page, seen } = await visitor(browser, { locale: "de-DE" });
    await page.goto(`${origin}/standalone.html`);
    await page.getByRole("heading", { level: 1, name: "Anmelden als" }).waitFor();
    await sound(page, "de");
    await picture(page, "sign-in-de-dark");
    await page.click('button[value="demo-clinician"]');
    await page.getByRole("heading", { level: 1, name: "Dieser App etwas erlauben?" }).waitFor();
    assert.match(await page.textContent("form"), /nur wo category gleich vital-signs/);
    await sound(page, "de");
    await picture(page, "allow-de-dark");
    await page.goto(`${ADDRESS}/oauth2/launch`);
    await page.getByRole("heading", { level: 1, name: "Eine App starten" }).waitFor();
    await sound(page, "de");
    await page.goto(`${ADDRESS}/oauth2/authorize?response_type=code&client_id=nobody`);
    await page.getByRole("heading", { level: 1, name: "Die App hat etwas verlangt, das nicht geht" }).waitFor();
    await sound(page, "de");
    assert.deepEqual(seen.complaints.filter((one) => !/favicon\.ico|status of 400/.test(one)), []);
    await closes({ context });
  });

  test("are chosen by hand with the keyboard, and kept from page to page", async () => {
    const { context, page } = await visitor(browser);
    await page.goto(`${origin}/standalone.html`);
    await page.waitForSelector('button[value="demo-patient"]');
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Deutsch");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Anmelden als" }).waitFor();
    await page.click('button[value="demo-patient"]');
    await page.getByRole("button", { name: "Nicht erlauben" }).waitFor();
    await page.getByRole("link", { name: "English" }).click();
    await page.getByRole("button", { name: "Do not allow" }).waitFor();
    await closes({ context });
  });

  test("are what follows where German was chosen in the console", async () => {
    const { context, page } = await visitor(browser);
    await page.goto(`${ADDRESS}/`);
    await page.getByText("DE", { exact: true }).click();
    await page.click("#sign-in");
    await page.getByRole("heading", { level: 1, name: "Anmelden als" }).waitFor();
    await closes({ context });
  });
});
