// What the pages tell is true of all that there is: of lists that are longer than a page of the server's, of somebody who takes another's name,
// of what denies with and without a signature, and of an emergency. It wants a server on which nothing happened before.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ADDRESS, asks, closes, endsBrowser, nothingElsewhere, openBrowser, signedIn } from "./browser.mjs";

const WEIGHT = "Observation/demo-patient-weight";
const CLINICIAN = "Practitioner/demo-clinician";
const EMERGENCY = "Practitioner/demo-emergency";
const BORROWED = "Dr. Emma Emergency";
const SYSTEM = "http://terminology.hl7.org/CodeSystem";
/** A page of the console's searches holds 100. */
const MORE = 100;
/** The server gave an accounting 1,000 lines at once before. */
const OWN_READS = 1_010;
const READS_AT_ONCE = 101;
const POLLS = 240;
const PAUSE_MS = 250;

let browser;
let patient;
let clinician;

before(async () => {
  browser = await openBrowser();
  patient = await signedIn(browser, "demo-patient");
  clinician = await signedIn(browser, "demo-clinician");
});

after(() => endsBrowser(browser));

async function does(who, path, body, method = "POST") {
  const answer = await asks(who, path, { method, body });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json();
}

const parameters = (values = {}) => ({ resourceType: "Parameters", parameter: Object.entries(values).map(([name, valueString]) => ({ name, valueString })) });
const valueIn = ({ parameter }, name) => parameter.find((one) => one.name === name)?.valueCode;

/** All entries of a batch, each of which must succeed. */
async function batch(who, requests) {
  const { entry } = await does(who, "", { resourceType: "Bundle", type: "batch", entry: requests });
  entry.forEach(({ response }) => assert.match(response.status, /^20[01]/, JSON.stringify(response)));
}

const coded = (system, code) => ({ coding: [{ system: `${SYSTEM}/${system}`, code }] });

function consent(type, who) {
  return {
    resourceType: "Consent",
    status: "active",
    scope: coded("consentscope", "patient-privacy"),
    category: [{ coding: [{ system: "http://loinc.org", code: "59284-0" }] }],
    patient: { reference: "Patient/demo-patient" },
    policyRule: coded("v3-ActCode", "OPTIN"),
    provision: { type, actor: [{ role: coded("v3-ParticipationType", "IRCP"), reference: { reference: who } }] },
  };
}

async function goTo({ page }, place, title) {
  await page.goto(`${ADDRESS}/${place}`);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

async function accounting() {
  await goTo(patient, "#/saw", "Who saw my record");
  await patient.page.waitForSelector("#counted");
}

async function permissions() {
  await goTo(patient, "#/may", "Who may see it");
  await patient.page.waitForFunction(() => document.querySelector("[data-consent]") && document.querySelectorAll("[data-consent]").length === document.querySelectorAll("[data-state]").length);
}

/** The ledger's word on a Consent; asked again until the server has followed it. */
async function isOnLedger(id, wanted) {
  for (let poll = 0; poll < POLLS; poll++) {
    if (valueIn(await does(patient, `Consent/${id}/$ledger-status`, undefined, "GET"), "state") === wanted) {
      return;
    }
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  }
  assert.fail(`${id} never ${wanted}`);
}

describe("CON-3 an emergency", { concurrency: false }, () => {
  before(async () => {
    const doctor = await signedIn(browser, "demo-emergency");
    const opened = await asks(doctor, WEIGHT, { headers: { "X-Break-Glass-Reason": "found unconscious" } });
    assert.equal(opened.status, 200, opened.text);
    await closes(doctor);
  });

  async function inEach(use) {
    for (const language of ["EN", "DE"]) {
      await patient.page.getByText(language, { exact: true }).click();
      await use(language);
    }
    await patient.page.getByText("EN", { exact: true }).click();
  }

  test("is no reason to say that nobody was shown anything", () =>
    inEach(async (language) => {
      const [title, said, wrong] = {
        EN: ["Who saw my record", "Nobody else was shown anything so far.", "Nobody was shown anything"],
        DE: ["Wer hat meine Akte gesehen", "Bisher wurde sonst niemandem etwas gezeigt.", "Bisher wurde niemandem etwas gezeigt"],
      }[language];
      await goTo(patient, "#/saw", title);
      await patient.page.waitForSelector(`#emergencies [data-who='${EMERGENCY}']`);
      const shown = await patient.page.textContent("#shown");
      assert.ok(shown.includes(said) && !shown.includes(wrong), shown);
    }));

  test("is an exception where the page says who may see the record", () =>
    inEach(async (language) => {
      const [title, said] = {
        EN: ["Who may see it", /^Nobody sees your record but those whom you permitted here, and you; and in an emergency whoever gives a reason/],
        DE: ["Wer darf sie sehen", /^Niemand sieht Ihre Akte außer Ihnen und denen, denen Sie es hier erlaubt haben; und im Notfall, wer einen Grund nennt/],
      }[language];
      await goTo(patient, "#/may", title);
      assert.match(await patient.page.locator("h1 + *").first().textContent(), said);
    }));
});

describe("CON-3 who takes another's name stands under their own reference", { concurrency: false }, () => {
  let denial;

  before(async () => {
    const self = await does(clinician, CLINICIAN, undefined, "GET");
    await does(clinician, CLINICIAN, { ...self, name: [{ text: BORROWED }] }, "PUT");
    assert.equal((await asks(clinician, WEIGHT)).status, 403);
    denial = (await does(patient, "Consent", consent("deny", CLINICIAN))).id;
    await does(patient, "Patient/demo-patient/$enroll-key", parameters({ custody: "server" }));
  });

  /** What is unfolded of a part of a page says both. */
  async function isNamed(part) {
    await part.filter({ hasText: BORROWED }).waitFor();
    const text = await part.evaluate((element) => {
      const shown = element.cloneNode(true);
      shown.querySelectorAll("details").forEach((folded) => folded.remove());
      return shown.textContent;
    });
    assert.ok(text.includes(CLINICIAN), text);
  }

  test("in the accounting", async () => {
    await accounting();
    await isNamed(patient.page.locator(`#refused [data-who='${CLINICIAN}']`));
  });

  test("in the Consents", async () => {
    await permissions();
    await isNamed(patient.page.locator(`[data-consent='${denial}']`));
  });

  test("in the terms to sign", async () => {
    await goTo(patient, `#/sign/${denial}`, "Read and sign");
    await isNamed(patient.page.locator("section[aria-labelledby=terms]"));
  });

  test("where somebody is chosen", async () => {
    const { page } = patient;
    await goTo(patient, "#/grant", "Permit somebody");
    await page.fill("#who", "Emma");
    await page.getByRole("button", { name: "Search" }).click();
    await isNamed(page.locator("main form").filter({ has: page.locator(`input[value='${CLINICIAN}']`) }).first());
    nothingElsewhere(patient.seen);
  });

  test("in the journal", async () => {
    const officer = await signedIn(browser, "demo-compliance");
    await goTo(officer, "#/journal", "Journal");
    await officer.page.fill("#journal-agent", CLINICIAN);
    await officer.page.selectOption("#journal-outcome", "4");
    await officer.page.click("#search");
    await isNamed(officer.page.locator("#lines [data-outcome=refused]").first());
    await closes(officer);
  });
});

describe("CON-3 a denial", { concurrency: false }, () => {
  const FORBIDS = "It forbids, signed or not, until you end it.";

  async function says(id, state) {
    await permissions();
    const card = patient.page.locator(`[data-consent='${id}']`);
    assert.equal(await card.locator("[data-state]").getAttribute("data-state"), state);
    return card;
  }

  test("forbids without a signature, and is never called withdrawn or powerless while it does", async () => {
    const { id } = await does(patient, "Consent", consent("deny", CLINICIAN));
    const unsigned = await says(id, "none");
    assert.equal(await unsigned.locator("[data-state]").textContent(), FORBIDS);
    assert.equal(await unsigned.getByRole("link", { name: "Read and sign" }).count(), 0);

    await does(patient, `Consent/${id}/$grant`, parameters());
    await isOnLedger(id, "granted");
    assert.equal(await (await says(id, "granted")).locator("[data-state]").textContent(), FORBIDS);
    await does(patient, `Consent/${id}/$revoke`, parameters());
    await isOnLedger(id, "revoked");
    const revoked = await says(id, "revoked");
    assert.equal(await revoked.locator("[data-state]").textContent(), FORBIDS);

    await revoked.getByRole("button", { name: "End it" }).click();
    await revoked.getByText("Ended. It forbids nothing any more.").waitFor();
    assert.equal(await (await says(id, "revoked")).locator("[data-state]").textContent(), "Withdrawn.");
  });
});

describe("CON-3 long lists", { concurrency: false }, () => {
  test("the oldest of more than 100 Consents is there, and so are all records", async () => {
    const { id } = await does(patient, "Consent", consent("permit", EMERGENCY));
    const newer = Array.from({ length: MORE }, () => ({ resource: consent("permit", CLINICIAN), request: { method: "POST", url: "Consent" } }));
    await batch(patient, newer);
    const { total } = await does(patient, "Consent?patient=Patient/demo-patient&_summary=count", undefined, "GET");
    assert.ok(total > MORE, `${total}`);
    const { page } = patient;
    await permissions();
    assert.equal(await page.locator("[data-consent]").count(), total);
    await page.waitForSelector(`[data-consent='${id}']`);
    assert.equal(await page.locator("#not-all").count(), 0);
    await goTo(patient, "#/data", "My data");
    await page.waitForSelector("[data-record='Patient/demo-patient']");
    assert.equal(await page.locator("[data-record^='Consent/']").count(), total);
    assert.equal(await page.locator("#not-all").count(), 0);
  });

  test("more than 1,000 own looks hide neither the emergency before them nor that nothing is missing", async () => {
    const reads = Array.from({ length: READS_AT_ONCE }, () => ({ request: { method: "GET", url: "Patient/demo-patient" } }));
    for (let read = 0; read < OWN_READS; read += READS_AT_ONCE) {
      await batch(patient, reads);
    }
    const { page } = patient;
    await accounting();
    await page.waitForSelector(`#emergencies [data-who='${EMERGENCY}']`);
    await page.waitForSelector(`#refused [data-who='${CLINICIAN}']`);
    assert.equal(await page.locator("#not-all").count(), 0);
    assert.equal(await page.getAttribute("#counted", "data-whole"), "true");
    const [, counted] = /1 to (\d+), none is missing/.exec(await page.textContent("#counted"));
    assert.ok(Number(counted) > OWN_READS, counted);
    nothingElsewhere(patient.seen);
  });
});
