// What is checked, and what is signed, is what the page shows: a server that answers one thing to be seen and another to be checked is found out.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hashTypedData } from "viem";
import { ADDRESS, asks, closes, endsBrowser, openBrowser, signedIn } from "./browser.mjs";
import { fingerprint } from "./fingerprint.mjs";

const WEIGHT = "Observation/demo-patient-weight";
/** Each asks for the file three times while a line has no number. */
const MOST_TRIES = 100;

let browser;
let patient;
let officer;

before(async () => {
  browser = await openBrowser();
  patient = await signedIn(browser, "demo-patient");
  officer = await signedIn(browser, "demo-compliance");
  // Somebody is refused, and somebody opens it in an emergency.
  await looks("demo-clinician", {});
  await looks("demo-emergency", { "X-Break-Glass-Reason": "found unconscious" });
});

after(() => endsBrowser(browser));

async function looks(person, headers) {
  const one = await signedIn(browser, person);
  await asks(one, WEIGHT, { headers });
  await closes(one);
}

async function goTo({ page }, place, title) {
  await page.goto(`${ADDRESS}/${place}`);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** The server answers other typed data, and a challenge that fits it. */
async function altersTypedData(page, address, name, altered) {
  await page.route(address, async (route) => {
    const answer = await route.fetch();
    const given = await answer.json();
    const valueOf = (wanted) => given.parameter?.find((one) => one.name === wanted);
    if (valueOf(name)) {
      const data = JSON.parse(valueOf(name).valueString);
      altered(data);
      valueOf(name).valueString = JSON.stringify(data);
      if (valueOf("challenge")) {
        valueOf("challenge").valueString = Buffer.from(hashTypedData(data).slice(2), "hex").toString("base64url");
      }
    }
    await route.fulfill({ status: answer.status(), json: given });
  });
}

/** Checks the proofs until the newest line is in the log on the ledger. */
async function checks(page, wanted) {
  let state = "waits";
  for (let tries = 0; tries < MOST_TRIES && state === "waits"; tries++) {
    await page.click("#check-proofs");
    await page.waitForSelector("#check-proofs:not([data-loading])");
    state = await page.getAttribute("[data-proofs]", "data-proofs");
  }
  assert.equal(state, wanted);
}

describe("CON-3 a proof", { concurrency: false }, () => {
  test("of a record that is shown otherwise than it was stored no proof fits, whatever else the server answers", async () => {
    const { page } = patient;
    await page.route("**/fhir/Patient/demo-patient/$everything**", async (route) => {
      const text = await (await route.fetch()).text();
      assert.ok(text.includes("71.5"));
      await route.fulfill({ contentType: "application/fhir+json", body: text.replace("71.5", "27.5") });
    });
    await goTo(patient, "#/data", "My data");
    const weight = page.locator(`[data-record='${WEIGHT}']`);
    await weight.getByText(/^27\.5/).first().waitFor();
    await weight.locator("[data-check]").click();
    await weight.locator("[data-proof]").waitFor();
    assert.equal(await weight.locator("[data-proof]").getAttribute("data-proof"), "fails");
    await page.unrouteAll({ behavior: "wait" });
    await page.route(`**/fhir/${WEIGHT}`, async (route) => {
      const text = await (await route.fetch()).text();
      await route.fulfill({ contentType: "application/fhir+json", body: text.replace("71.5", "27.5") });
    });
    await goTo(patient, `#/open/${WEIGHT}`, "A record");
    await page.waitForSelector("[data-proof]");
    assert.equal(await page.getAttribute("[data-proof]", "data-proof"), "fails");
    await page.unrouteAll({ behavior: "wait" });
  });
});

describe("CON-3 CON-5 the list of an accounting", { concurrency: false }, () => {
  test("is what its proofs say, on the patient's page too", async () => {
    const { page } = patient;
    await page.unrouteAll({ behavior: "wait" });
    await goTo(patient, "#/saw", "Who saw my record");
    await page.waitForSelector("#counted");
    await checks(page, "fits");
    assert.match(await page.textContent("[data-proofs]"), /came while this was checked/);
  });

  for (const [what, altered, told] of [
    ["lacks a line that was recorded", (entry) => entry.shift(), /is recorded, and is not on this page/],
    ["lacks its oldest line", (entry) => entry.splice(entry.findIndex(({ resource }) => resource.extension?.some(({ valueDecimal, url }) => url.endsWith("disclosure-number") && valueDecimal === 1)), 1), /Line 1 is recorded, and is not on this page/],
    ["names another person", (entry) => (entry[0].resource.agent[0].who.reference = "Practitioner/somebody-else"), /is not what was recorded/],
    ["says shown of what was refused", (entry) => (entry.find(({ resource }) => resource.outcome === "4").resource.outcome = "0"), /is not what was recorded/],
    ["has a line twice", (entry) => entry.push(entry[0]), /is not what was recorded/],
  ]) {
    test(`is told of a list that ${what}, though its proofs fit`, async () => {
      const { page } = officer;
      await page.route("**/$disclosures?_count**", async (route) => {
        const json = await (await route.fetch()).json();
        altered(json.entry);
        await route.fulfill({ json });
      });
      await goTo(officer, "#/accounting", "Accounting of a patient");
      await page.fill("#patient", "demo-patient");
      await page.click("#show");
      await page.waitForSelector("#counted");
      await checks(page, "fails");
      assert.match(await page.textContent("[data-proofs]"), told);
      await page.unrouteAll({ behavior: "wait" });
    });
  }

  test("checks the lines of some days against the proofs of all", async () => {
    const { page } = officer;
    const today = new Date().toLocaleDateString("sv");
    for (const [start, end, held] of [[today, "", true], ["", "2026-01-01", true], [today, "", false]]) {
      if (!held) {
        await page.route("**/$disclosures?_count**", async (route) => {
          const json = await (await route.fetch()).json();
          json.entry.shift();
          await route.fulfill({ json });
        });
      }
      await goTo(officer, "#/accounting", "Accounting of a patient");
      await page.fill("#patient", "demo-patient");
      await page.fill("#start", start);
      await page.fill("#end", end);
      await page.click("#show");
      await page.waitForSelector("#counted");
      await checks(page, held ? "fits" : "fails");
    }
    await page.unrouteAll({ behavior: "wait" });
  });
});

describe("KEY-1 what is signed", { concurrency: false }, () => {
  let consent;

  before(async () => {
    const { page } = patient;
    await page.unrouteAll({ behavior: "wait" });
    await fingerprint(page);
    await goTo(patient, "#/keys", "My keys");
    await page.click("#passkey");
    await page.waitForSelector("#passkey-done");
    await goTo(patient, "#/grant", "Permit somebody");
    await page.fill("#who", "Clara");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByLabel("Dr. Clara Clinician").check();
    await page.getByRole("button", { name: "Read the terms" }).click();
    await page.waitForSelector("#digest");
    [, consent] = /#\/sign\/([A-Za-z0-9.-]+)/.exec(page.url());
    await page.click("#sign");
    await page.waitForSelector("#signed[data-state=granted]");
  });

  test("what would withdraw another permission than the one on the page is not signed", async () => {
    const { page } = patient;
    const other = `0x${"ab".repeat(32)}`;
    for (const [what, altered] of [
      ["another's number", ({ message }) => (message.consentId = other)],
      ["a key that is none of the patient's", ({ message }) => (message.grantor = other.slice(0, 42))],
      ["another ledger", ({ domain }) => (domain.verifyingContract = other.slice(0, 42))],
      ["another chain", ({ domain }) => (domain.chainId = 1)],
    ]) {
      await altersTypedData(page, `**/fhir/Consent/${consent}/$prepare`, "revocation", altered);
      await goTo(patient, "#/may", "Who may see it");
      const card = page.locator(`[data-consent='${consent}']`);
      await card.getByRole("button", { name: "Withdraw", exact: true }).click();
      await card.locator("#differs, [data-digest]").first().waitFor();
      assert.equal(await card.locator("#differs").count(), 1, what);
      assert.equal(await card.getByRole("button", { name: "Yes, withdraw now" }).count(), 0, what);
      await page.unrouteAll({ behavior: "wait" });
    }
    await goTo(patient, "#/may", "Who may see it");
    const card = page.locator(`[data-consent='${consent}']`);
    await card.getByRole("button", { name: "Withdraw", exact: true }).click();
    await card.locator("[data-digest=ConsentRevocation]").waitFor();
    await card.getByRole("button", { name: "Yes, withdraw now" }).click();
    await card.locator("[data-state=revoked], [data-state=pending]").waitFor();
  });

  test("nor what would bind another key than the one at hand", async () => {
    const { page } = patient;
    await altersTypedData(page, "**/fhir/Patient/demo-patient/$enroll-key", "typedData", ({ message }) => (message.key = `0x${"ab".repeat(20)}`));
    await goTo(patient, "#/keys", "My keys");
    for (const key of ["veto", "passkey"]) {
      await page.click(`#${key}`);
      await page.locator(`#${key}-done, [data-digest=KeyBinding], main [role=alert]`).first().waitFor();
      assert.match(await page.locator("main").textContent(), /What the server wants signed is not what this page shows/, key);
      assert.equal(await page.locator(`#${key}-done, [data-digest=KeyBinding]`).count(), 0, key);
      await page.reload();
      await page.waitForSelector("#veto");
    }
    await page.unrouteAll({ behavior: "wait" });
  });
});
