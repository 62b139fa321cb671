// A permission in four steps, each of them chosen: who, what, why and until when. It opens that and nothing else.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ADDRESS, asks, closes, endsBrowser, nothingElsewhere, openBrowser, signedIn } from "./browser.mjs";
import { fingerprint } from "./fingerprint.mjs";
import { serviceToken } from "./service.mjs";

const WEIGHT = "Observation/demo-patient-weight";
const INSTITUTE = { resourceType: "Organization", id: "demo-institute", name: "Institute of Four Steps" };
const DAY_MS = 86_400_000;
/** In the person's own time, as the page reckons it. */
const day = (fromNow) => new Date(Date.now() + fromNow * DAY_MS).toLocaleDateString("sv");

let browser;
let patient;
let clinician;

before(async () => {
  browser = await openBrowser();
  patient = await signedIn(browser, "demo-patient");
  clinician = await signedIn(browser, "demo-clinician");
  const operator = await signedIn(browser, "demo-operator");
  const stored = await fetch(`${ADDRESS}/fhir/Organization/${INSTITUTE.id}`, {
    method: "PUT",
    headers: { "Content-Type": "application/fhir+json", Authorization: `Bearer ${await serviceToken(operator)}` },
    body: JSON.stringify(INSTITUTE),
  });
  assert.ok(stored.ok, await stored.text());
  await closes(operator);
  await fingerprint(patient.page);
  await goTo(patient, "#/keys", "My keys");
  await patient.page.click("#passkey");
  await patient.page.waitForSelector("#passkey-done");
});

after(() => endsBrowser(browser));

async function goTo({ page }, place, title) {
  await page.goto(`${ADDRESS}/${place}`);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

async function chooses({ who, what, why, until }) {
  const { page } = patient;
  await goTo(patient, "#/grant", "Permit somebody");
  if (who !== undefined) {
    await page.fill("#who", who);
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByLabel(who).check();
  }
  if (what !== undefined) {
    await page.getByLabel("everything").uncheck();
    for (const one of what) {
      await page.getByLabel(one).check();
    }
  }
  if (why !== undefined) {
    await page.getByLabel(why).check();
  }
  if (until !== undefined) {
    await page.fill("#until", until);
  }
  await page.getByRole("button", { name: "Read the terms" }).click();
}

/** Reads the terms, signs them, and gives the Consent as it is stored. */
async function signs(sentence) {
  const { page } = patient;
  await page.waitForSelector("#digest");
  const [, id] = /#\/sign\/([A-Za-z0-9.-]+)/.exec(page.url());
  const said = page.locator("section[aria-labelledby=terms] .said").filter({ hasText: sentence });
  await said.waitFor();
  await page.click("#sign");
  await page.waitForSelector("#signed[data-state=granted]");
  return (await asks(patient, `Consent/${id}`)).json();
}

async function cardOf({ id }) {
  await goTo(patient, "#/may", "Who may see it");
  const card = patient.page.locator(`[data-consent='${id}']`);
  await card.locator("[data-state=granted]:not([data-obstacle])").waitFor();
  return card;
}

/** Of whom the terms name the server says that it would let them see it. */
async function isInForce(card) {
  await patient.page.waitForFunction(
    (id) => {
      const shown = document.querySelector(`[data-consent='${id}']`);
      const ask = [...(shown?.querySelectorAll("button") ?? [])].find(({ textContent }) => textContent === "What would the server decide now?");
      ask?.click();
      return shown?.querySelector("[data-decision=permit]");
    },
    await card.getAttribute("data-consent"),
  );
}

async function withdraws(card) {
  await card.getByRole("button", { name: "Withdraw", exact: true }).click();
  await card.getByRole("button", { name: "Yes, withdraw now" }).click();
  await card.locator("[data-state=revoked], [data-state=pending]").waitFor();
}

const refused = async (path) => assert.equal((await asks(clinician, path)).status, 403, path);

/** On the page on which they look. */
async function seesRefusal(reference) {
  const { page } = clinician;
  await goTo(clinician, "#/records", "Records");
  await page.fill("#reference", reference);
  await page.click("#open");
  await page.waitForSelector("[role=alert][data-status='403']");
}

describe("CON-3 a permission in four steps", { concurrency: false }, () => {
  const written = async () => (await asks(patient, "Consent?patient=Patient/demo-patient&_summary=count")).json().total;

  for (const [missing, chosen] of [
    ["who", {}],
    ["what", { who: "Dr. Clara Clinician", what: [] }],
    ["the day", { who: "Dr. Clara Clinician", until: "" }],
  ]) {
    test(`is not written where ${missing} is missing, and the page says so`, async () => {
      const before = await written();
      await chooses(chosen);
      await patient.page.locator("[role=alert]").filter({ hasText: "Choose who, what, why, and a day that is not over." }).waitFor();
      assert.match(patient.page.url(), /#\/grant$/);
      assert.equal(await written(), before);
    });
  }

  test("is not written until a day that is over: the browser says so, and the page where the browser does not", async () => {
    const { page } = patient;
    const before = await written();
    await chooses({ who: "Dr. Clara Clinician", until: day(-1) });
    assert.ok(await page.evaluate(() => document.querySelector("#until").validity.rangeUnderflow));
    await page.evaluate(() => (document.querySelector("#until").form.noValidate = true));
    await page.getByRole("button", { name: "Read the terms" }).click();
    await page.locator("[role=alert]").filter({ hasText: "a day that is not over" }).waitFor();
    assert.match(page.url(), /#\/grant$/);
    assert.equal(await written(), before);
  });

  test("of observations alone, until a chosen day, opens an observation and no other type", async () => {
    await refused(WEIGHT);
    await chooses({ who: "Dr. Clara Clinician", what: ["measurements and laboratory results"], until: day(3) });
    const consent = await signs(/^Dr\. Clara Clinician may see measurements and laboratory results, for treatment, until \d{1,2} \S+ \d{4}\.$/);
    const { actor, class: types, purpose, period, type } = consent.provision;
    assert.deepEqual([type, actor.map(({ reference }) => reference.reference), types.map(({ code }) => code), purpose.map(({ code }) => code), period], ["permit", ["Practitioner/demo-clinician"], ["Observation"], ["TREAT"], { end: day(3) }]);
    const card = await cardOf(consent);
    await isInForce(card);
    assert.equal((await asks(clinician, WEIGHT)).status, 200);
    await refused("Patient/demo-patient");
    await seesRefusal("Patient/demo-patient");
    await withdraws(card);
    await seesRefusal(WEIGHT);
  });

  test("for research and an organization says that, lets it see that, and opens nothing to who treats", async () => {
    await chooses({ who: INSTITUTE.name, what: ["measurements and laboratory results", "diagnoses"], why: "research", until: day(0) });
    const consent = await signs(/^Institute of Four Steps may see measurements and laboratory results, diagnoses, for research, until \d{1,2} \S+ \d{4}\.$/);
    const { actor, class: types, purpose, period } = consent.provision;
    assert.deepEqual([actor.map(({ reference }) => reference.reference), types.map(({ code }) => code), purpose.map(({ code }) => code), period], [[`Organization/${INSTITUTE.id}`], ["Observation", "Condition"], ["HRESCH"], { end: day(0) }]);
    const card = await cardOf(consent);
    await isInForce(card);
    await refused(WEIGHT);
    await seesRefusal(WEIGHT);
    await withdraws(card);
    nothingElsewhere(patient.seen);
  });
});
