// The story of README, as people do it: the patient permits with a fingerprint, the clinician reads, the patient withdraws, the clinician is
// refused, and the patient sees all of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { accessible, ADDRESS, asksWho, closes, endsBrowser, isSignIn, narrow, nothingElsewhere, openBrowser, picture, signedIn, visitor } from "./browser.mjs";
import { fingerprint } from "./fingerprint.mjs";

const WEIGHT = "Observation/demo-patient-weight";
const MOST_TABS = 60;
const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>"'{{constructor}}`;

let browser;
const people = {};

before(async () => {
  browser = await openBrowser();
  people.patient = await signedIn(browser, "demo-patient");
  people.clinician = await signedIn(browser, "demo-clinician");
});

after(() => endsBrowser(browser));

/** That signs for the patient. */
let device;
/** The Consent that the patient signed last. */
let consent;

/** As somebody does who opens the address anew. */
async function goTo({ page }, place, title) {
  await page.goto(`${ADDRESS}/${place}`);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** What the same patient sees on another device, which has no key. */
async function onSecondDevice(place, title, looks) {
  const second = await signedIn(browser, "demo-patient");
  await goTo(second, place, title);
  await looks(second.page);
  await closes(second);
}

/** The one that a page shows to be signed. */
function signedConsent(page) {
  return /#\/sign\/([A-Za-z0-9.-]+)/.exec(page.url())[1];
}

/** Goes on with the key Tab until something has the focus. */
async function tabTo(page, wanted) {
  for (let press = 0; press < MOST_TABS; press++) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      return;
    }
  }
  assert.fail(`${MOST_TABS} times Tab, and not there: ${wanted}`);
}

/** A page as all pages must be, in a picture. */
async function sound({ page, seen }, name) {
  await picture(page, `people-${name}`);
  await accessible(page);
  const size = page.viewportSize();
  await narrow(page);
  await picture(page, `people-${name}-360`);
  await page.setViewportSize(size);
  nothingElsewhere(seen);
}

/** A moment as people write it, and exactly. */
async function isTime(time) {
  const exact = await time.getAttribute("datetime");
  assert.match(exact, /^\d{4}-\d\d-\d\d(?:T|$)/);
  assert.equal(await time.getAttribute("title"), exact);
  assert.doesNotMatch(await time.textContent(), /\d{4}-\d\d/);
}

/** What a click saves: its name and text. */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
}

async function opens(who, reference) {
  await goTo(who, "#/records", "Records");
  await who.page.fill("#reference", reference);
  await who.page.click("#open");
}

/** A browser tells of each refusal as an error, which is wanted here; and of RS256, which the registry does not know. The icon is of the page of the sign-in. */
const EXPECTED = /status of 4(?:03|22)|at least one of the default algorithm identifiers|favicon\.ico/;

function noComplaints({ seen }) {
  assert.deepEqual(seen.complaints.filter((one) => !EXPECTED.test(one)), []);
}

describe("CON-3 KEY-5 a patient and a clinician", { concurrency: false }, () => {
  test("sign in, and see their names and the pages that are theirs; nothing of the sign-in stays in the address", async () => {
    for (const [who, name, page] of [
      [people.patient, "Paula Patient", "Who saw my record"],
      [people.clinician, "Dr. Clara Clinician", "Records"],
    ]) {
      assert.equal(await who.page.textContent("#person b"), name);
      assert.equal(new URL(who.page.url()).search, "");
      await who.page.getByRole("navigation").getByText(page).waitFor();
      assert.equal(await who.page.evaluate(() => document.cookie), "");
    }
    await sound(people.patient, "start");
  });

  test("the clinician sees nothing before the patient permits it", async () => {
    await opens(people.clinician, WEIGHT);
    await people.clinician.page.waitForSelector("[role=alert][data-status='403']");
    await sound(people.clinician, "refused");
  });

  test("the patient sets up a passkey", async () => {
    const { page } = people.patient;
    device = await fingerprint(page);
    await goTo(people.patient, "#/keys", "My keys");
    await page.click("#passkey");
    await page.waitForSelector("#passkey-done");
    assert.match(await page.textContent("#passkey-done"), /0x[0-9a-f]{40}/);
    const [address] = /0x[0-9a-f]{40}/.exec(await page.textContent("#passkey-done"));
    const key = page.locator("#keys [data-key=passkey][data-current=true]");
    await key.waitFor();
    const told = await key.textContent();
    assert.match(told, /^PasskeySet up /);
    assert.match(told, /By its own count it has signed \d+ times/);
    assert.match(told, /It stays on its device/);
    assert.ok(told.endsWith(address), told);
    await isTime(key.locator("time"));
    await sound(people.patient, "keys");
    await device.waits(true);
    await page.click("#veto");
    assert.match(await page.textContent("[data-digest=KeyBinding]"), /^[0-9a-f]{64}$/);
    assert.equal(await page.locator("#veto-done").count(), 0);
    await device.waits(false);
    await page.waitForSelector("#veto-done");
    assert.ok((await page.textContent("#veto-done")).includes(address));
    await sound(people.patient, "keys-veto");
  });

  test("and permits in four steps, reads the terms and their fingerprint, and signs", async () => {
    const { page } = people.patient;
    await goTo(people.patient, "#/grant", "Permit somebody");
    await page.fill("#who", "Clara");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByLabel("Dr. Clara Clinician").check();
    await sound(people.patient, "grant");
    await page.getByRole("button", { name: "Read the terms" }).click();
    await page.waitForSelector("#digest");
    consent = signedConsent(page);
    await page.getByRole("heading", { level: 1, name: "Read and sign" }).waitFor();
    await page.getByText(/^Dr\. Clara Clinician may see everything, for treatment, until \d{1,2} \S+ \d{4}\.$/).waitFor();
    await isTime(page.locator("main time").first());
    assert.match(await page.textContent("#digest"), /^[0-9a-f]{64}$/);
    await onSecondDevice(`#/sign/${consent}`, "Read and sign", async (other) => {
      assert.equal(await other.textContent("#digest"), await page.textContent("#digest"));
    });
    await sound(people.patient, "sign");
    await page.click("#sign");
    await page.waitForSelector("#signed[data-state=granted]");
  });

  test("so the clinician reads the weight, and its proof fits", async () => {
    const { page } = people.clinician;
    await page.waitForFunction(
      async ([base, record]) => {
        // Playwright asks again until the server has followed the ledger.
        const key = sessionStorage.getItem("SMART_KEY");
        const { tokenResponse } = JSON.parse(sessionStorage.getItem(JSON.parse(key)));
        const answer = await fetch(`${base}/fhir/${record}`, { headers: { Authorization: `Bearer ${tokenResponse.access_token}` } });
        return answer.ok;
      },
      [ADDRESS, WEIGHT],
      { polling: 1000 },
    );
    await opens(people.clinician, WEIGHT);
    await page.getByText(/^71\.5 kg/).waitFor();
    await page.getByRole("button", { name: "Check the proof" }).click();
    await page.waitForSelector("[data-proof=fits]");
    await page.getByRole("button", { name: "Check again" }).click();
    await page.waitForSelector("[data-proof=fits]");
    await page.setViewportSize({ width: 1100, height: 800 });
    await sound(people.clinician, "record");
  });

  test("and saves it and its proof as files, which are checked elsewhere", async () => {
    const { page } = people.clinician;
    const [name, record] = await saved(page, "[data-save=record]");
    assert.equal(name, "Observation-demo-patient-weight-v1.json");
    assert.equal(JSON.parse(record).id, "demo-patient-weight");
    const [nameOfProof, proof] = await saved(page, "[data-save=proof]");
    assert.equal(nameOfProof, "Observation-demo-patient-weight-v1-proof.json");
    const elsewhere = await visitor(browser);
    await elsewhere.page.goto(`${ADDRESS}/check.html`);
    await elsewhere.page.fill("#resource-text", record);
    await elsewhere.page.fill("#proof-text", proof);
    await elsewhere.page.click("#own");
    await elsewhere.page.waitForFunction(() => !!document.getElementById("key")?.value);
    await elsewhere.page.getByLabel("Leave it open").check();
    await elsewhere.page.click("#check");
    await elsewhere.page.waitForSelector("#verdict[data-verdict=undecided]");
    assert.equal(await elsewhere.page.locator("#steps li.failed").count(), 0);
    await closes(elsewhere);
  });

  test("the patient sees the permission in force, and withdraws it in two clicks", async () => {
    const { page } = people.patient;
    await goTo(people.patient, "#/may", "Who may see it");
    const card = page.locator(`[data-consent='${consent}']`);
    await card.locator("[data-state=granted]").waitFor();
    await card.getByRole("button", { name: "What would the server decide now?" }).click();
    await page.waitForSelector("[data-decision=permit]");
    await page.setViewportSize({ width: 1100, height: 800 });
    await sound(people.patient, "may");
    await card.getByRole("button", { name: "Withdraw", exact: true }).click();
    const digest = await card.locator("[data-digest]").textContent();
    assert.match(digest, /^[0-9a-f]{64}$/);
    await onSecondDevice("#/may", "Who may see it", async (other) => {
      const same = other.locator(`[data-consent='${consent}']`);
      await same.getByRole("button", { name: "Withdraw", exact: true }).click();
      assert.equal(await same.locator("[data-digest]").textContent(), digest);
    });
    await sound(people.patient, "withdraw");
    await card.getByRole("button", { name: "Yes, withdraw now" }).click();
    await card.locator("[data-state=revoked], [data-state=pending]").waitFor();
  });

  test("the clinician is refused at once", async () => {
    await opens(people.clinician, WEIGHT);
    await people.clinician.page.waitForSelector("[role=alert][data-status='403']");
    noComplaints(people.clinician);
  });

  test("the patient permits again, by the keyboard alone", async () => {
    const { page } = people.patient;
    await goTo(people.patient, "#/grant", "Permit somebody");
    await tabTo(page, page.locator("#who"));
    await page.keyboard.type("Clara");
    await tabTo(page, page.getByRole("button", { name: "Search" }));
    await page.keyboard.press("Enter");
    const clara = page.getByLabel("Dr. Clara Clinician");
    await clara.waitFor();
    await tabTo(page, clara);
    await page.keyboard.press("Space");
    await tabTo(page, page.getByRole("button", { name: "Read the terms" }));
    await page.keyboard.press("Enter");
    await page.waitForSelector("#digest");
    consent = signedConsent(page);
    await tabTo(page, page.locator("#sign"));
    await page.keyboard.press("Enter");
    await page.waitForSelector("#signed[data-state=granted]");
  });

  test("who lost the passkey sets up another one, and ends on this server what the lost one permitted", async () => {
    const { page } = people.patient;
    await device.lose();
    device = await fingerprint(page);
    await goTo(people.patient, "#/keys", "My keys");
    await page.click("#passkey");
    await page.waitForSelector("#passkey-done");
    await goTo(people.patient, "#/may", "Who may see it");
    const card = page.locator(`[data-consent='${consent}']`);
    await card.getByRole("button", { name: "Withdraw", exact: true }).click();
    await card.getByRole("button", { name: "Yes, withdraw now" }).click();
    await card.getByRole("button", { name: "I no longer have that key: end it here" }).click();
    await card.locator("[data-state=granted][data-obstacle]").waitFor();
    await opens(people.clinician, WEIGHT);
    await people.clinician.page.waitForSelector("[role=alert][data-status='403']");
    noComplaints(people.patient);
  });

  test("in an emergency a doctor opens it for a reason, and finds nothing where nothing is", async () => {
    const doctor = await signedIn(browser, "demo-emergency");
    const { page } = doctor;
    await opens(doctor, WEIGHT);
    await page.waitForSelector("[role=alert][data-status='403']");
    await page.click("#emergency summary");
    assert.ok(await page.isDisabled("#break-glass"));
    await page.fill("#reason", "\u65e5\u672c");
    assert.ok(await page.isDisabled("#break-glass"));
    await page.fill("#reason", `found \u201cunconscious\u201d at M\u00fcller\u2019s ${HOSTILE}`);
    await page.click("#break-glass");
    await page.getByText(/^71\.5 kg/).waitFor();
    assert.ok((await page.textContent("#opened-because")).includes(`found "unconscious" at M\u00fcller's ${HOSTILE}`));
    await sound(doctor, "emergency");
    await page.goto(`${ADDRESS}/#/open/Condition?patient=demo-patient`);
    await page.getByText("There is nothing that you may see.").waitFor();
    await page.click("#emergency summary");
    await page.fill("#reason", "looking for allergies");
    await page.click("#break-glass");
    await page.waitForSelector("#opened-because");
    await page.getByText("There is nothing that you may see.").waitFor();
    noComplaints(doctor);
    await closes(doctor);
  });

  test("who signed in for treatment alone breaks no glass", async () => {
    const { page } = people.clinician;
    await opens(people.clinician, WEIGHT);
    await page.click("#emergency summary");
    await page.fill("#reason", "curious");
    await Promise.all([page.waitForResponse((answer) => answer.url().endsWith(WEIGHT)), page.click("#break-glass")]);
    await page.waitForSelector("[role=alert][data-status='403']");
    assert.equal(await page.locator("#opened-because").count(), 0);
    noComplaints(people.clinician);
  });

  test("and the patient sees who looked, who was refused, and that no line is missing between", async () => {
    const { page } = people.patient;
    await goTo(people.patient, "#/saw", "Who saw my record");
    await page.waitForSelector("#shown [data-who='Practitioner/demo-clinician']");
    // Names come after the lines that they stand in.
    await page.locator("#shown").getByText("Dr. Clara Clinician").first().waitFor();
    assert.match(await page.textContent("#shown"), /Dr\. Clara Clinician.*for treatment, (?:once|\d+ times), last /);
    await page.locator("#refused summary").first().click();
    await page.locator("#refused").getByText("Dr. Clara Clinician").first().waitFor();
    assert.match(await page.textContent("#refused"), /Dr\. Clara Clinician.*for treatment, (?:once|\d+ times)/);
    const emergency = await page.textContent("#emergencies");
    assert.ok(emergency.includes(`Reason given: found "unconscious" at M\u00fcller's ${HOSTILE}`), emergency);
    assert.ok(!emergency.includes("looking for allergies"), emergency);
    const inVain = await page.textContent("#in-vain");
    assert.match(inVain, /In an emergency, and nothing was shown.*Reason given: looking for allergies/);
    await isTime(page.locator("#emergencies time").first());
    assert.equal(await page.getAttribute("#counted", "data-whole"), "true");
    await page.setViewportSize({ width: 1100, height: 800 });
    await sound(people.patient, "saw");
  });

  test("my data asks for no proof by itself, since each one is a line of the accounting, and for one when asked", async () => {
    const { page, seen } = people.patient;
    const proofs = () => seen.requests.filter((url) => url.endsWith("/$proof") || url.includes("/_history/")).length;
    const before = proofs();
    await goTo(people.patient, "#/data", "My data");
    const weight = page.locator(`[data-record='${WEIGHT}']`);
    await weight.locator("[data-check]").waitFor();
    await page.evaluate(() => globalThis.scrollTo(0, document.body.scrollHeight));
    await weight.scrollIntoViewIfNeeded();
    assert.equal(proofs(), before);
    await weight.locator("[data-check]").click();
    await weight.locator("[data-proof=fits]").waitFor();
    assert.equal(proofs(), before + 1);
  });

  test("every text of a record is shown as text, however hostile", async () => {
    const { page } = people.patient;
    const json = {
      resourceType: "Bundle",
      entry: [{ resource: { resourceType: "Observation", id: "x", code: { text: HOSTILE }, valueString: HOSTILE, subject: { display: HOSTILE } } }],
    };
    await page.route("**/fhir/Patient/demo-patient/$everything**", (route) => route.fulfill({ json }));
    await goTo(people.patient, "#/data", "My data");
    await page.locator("[data-record='Observation/x'] summary").click();
    assert.ok((await page.textContent("[data-record='Observation/x']")).includes(HOSTILE));
    const look = { reference: HOSTILE, display: HOSTILE };
    const event = {
      resourceType: "AuditEvent",
      recorded: "2026-01-01T00:00:00Z",
      outcome: "0",
      purposeOfEvent: [{ text: `broke the glass: ${HOSTILE}` }],
      agent: [{ requestor: true, who: look }],
      entity: [{ what: look, role: { code: "4" } }],
    };
    await page.route("**/$disclosures**", (route) => route.fulfill({ json: { resourceType: "Bundle", entry: [{ resource: event }] } }));
    await goTo(people.patient, "#/saw", "Who saw my record");
    await page.waitForSelector("#emergencies [data-who]");
    assert.ok((await page.textContent("#emergencies")).includes(HOSTILE));
    const consent = { resourceType: "Consent", id: "x", status: "active", provision: { actor: [{ reference: look }], purpose: [{ code: HOSTILE }], class: [{ code: HOSTILE }] } };
    await page.route("**/fhir/Consent?**", (route) => route.fulfill({ json: { resourceType: "Bundle", entry: [{ resource: consent }] } }));
    await page.route("**/$ledger-status", (route) => route.fulfill({ json: { resourceType: "Parameters", parameter: [{ name: "state", valueCode: HOSTILE }] } }));
    await goTo(people.patient, "#/may", "Who may see it");
    await page.waitForSelector("[data-consent=x] [data-state]");
    assert.equal(await page.locator("main img, main script").count(), 0);
    noComplaints(people.patient);
  });

  test("terms that are not what the page shows are not signed", async () => {
    const { page } = people.patient;
    await page.unrouteAll({ behavior: "wait" });
    await goTo(people.patient, "#/may", "Who may see it");
    const id = await page.locator("[data-consent]").first().getAttribute("data-consent");
    await page.route(`**/fhir/Consent/${id}`, async (route) => {
      const answer = await route.fetch();
      const consent = await answer.json();
      consent.provision.purpose = [{ ...consent.provision.purpose[0], code: "HRESCH" }];
      await route.fulfill({ json: consent });
    });
    await goTo(people.patient, `#/sign/${id}`, "Read and sign");
    await page.waitForSelector("#differs");
    assert.equal(await page.locator("#sign").count(), 0);
    await page.unrouteAll({ behavior: "wait" });
  });

  test("every page speaks German, in the dark", async () => {
    const { page } = people.patient;
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByText("DE", { exact: true }).click();
    for (const [place, title, shown] of [
      ["may", "Wer darf sie sehen", "[data-state]"],
      ["saw", "Wer hat meine Akte gesehen", "#counted"],
      ["data", "Meine Daten", "[data-record]"],
      ["keys", "Meine Schlüssel", "#keys [data-current=true]"],
      ["grant", "Jemandem erlauben", "#who"],
      [`sign/${consent}`, "Lesen und unterschreiben", "main"],
    ]) {
      await goTo(people.patient, `#/${place}`, title);
      await page.waitForSelector(shown);
      await sound(people.patient, `${place.replace(/\/.*/, "")}-de-dark`);
    }
    await page.getByText("EN", { exact: true }).click();
  });

  test("the pages of who looks into a record speak German, in the dark: a refusal, and an emergency", async () => {
    const doctor = await signedIn(browser, "demo-emergency", { locale: "de-DE", colorScheme: "dark" });
    const { page } = doctor;
    await goTo(doctor, "#/records", "Akten");
    await page.fill("#reference", WEIGHT);
    await page.click("#open");
    await page.waitForSelector("[role=alert][data-status='403']");
    await page.click("#emergency summary");
    await sound(doctor, "refused-de-dark");
    await page.fill("#reason", "bewusstlos gefunden");
    await page.click("#break-glass");
    await page.waitForSelector("#opened-because");
    await sound(doctor, "emergency-de-dark");
    noComplaints(doctor);
    await closes(doctor);
  });

  test("signing out forgets the token, and the next sign-in asks who it is", async () => {
    const { page } = people.patient;
    await page.click("#sign-out");
    await page.waitForSelector("#sign-in");
    assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
    await goTo(people.patient, "#/saw", "Sign in");
    await page.click("#sign-in");
    await asksWho(page, "demo-patient");
  });
});

describe("SIGN-2 an address that somebody else made", () => {
  test("with options for fhirclient, or with an answer of another issuer's, signs nobody in elsewhere", async () => {
    const { context, page, seen } = await visitor(browser);
    await page.goto(`${ADDRESS}/?iss=https://evil.example.org/fhir&clientId=evil&launch=x`);
    await page.click("#sign-in");
    await asksWho(page, "demo-patient");
    const asked = new URL(seen.requests.find(isSignIn));
    assert.equal(asked.searchParams.get("client_id"), "fhir-anchor-console");
    assert.equal(asked.searchParams.get("aud"), `${ADDRESS}/fhir`);
    assert.equal(asked.searchParams.get("code_challenge_method"), "S256");
    assert.equal(asked.searchParams.get("launch"), null);
    await page.goto(`${ADDRESS}/?code=x&state=y&iss=https://evil.example.org`);
    await page.getByText("Signing in did not work").waitFor();
    assert.equal(new URL(page.url()).search, "");
    nothingElsewhere(seen);
    await closes({ context });
  });
});
