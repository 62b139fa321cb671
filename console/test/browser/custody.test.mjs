// A patient who has the server keep a key: it is set up, permits and withdraws, and nothing else signs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, ADDRESS, asks, closes, endsBrowser, nothingElsewhere, openBrowser, signedIn } from "./browser.mjs";

const WEIGHT = "Observation/demo-patient-weight";
const POLLS = 240;
const PAUSE_MS = 250;

let browser;

before(async () => {
  browser = await openBrowser();
});

after(() => endsBrowser(browser));

async function goTo(page, place, title) {
  await page.goto(`${ADDRESS}/${place}`);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** Asked again until the server has followed the ledger. */
async function isAnswered(who, wanted) {
  let status;
  for (let poll = 0; poll < POLLS; poll++) {
    ({ status } = await asks(who, WEIGHT));
    if (status === wanted) {
      return;
    }
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  }
  assert.equal(status, wanted);
}

test("CON-3 a key in the server's custody is set up, permits and withdraws, and the browser signs nothing", async () => {
  const clinician = await signedIn(browser, "demo-clinician");
  const { context, page, seen } = await signedIn(browser, "demo-patient");
  await page.addInitScript(() => {
    globalThis.signedHere = [];
    CredentialsContainer.prototype.get = () => Promise.reject(new Error(`signed here ${globalThis.signedHere.push("get")}`));
    CredentialsContainer.prototype.create = () => Promise.reject(new Error(`signed here ${globalThis.signedHere.push("create")}`));
  });
  const signsNothing = async () => assert.deepEqual(await page.evaluate(() => globalThis.signedHere), []);
  await goTo(page, "#/keys", "My keys");
  await page.click("#custody");
  await page.waitForSelector("#custody-done");
  const [address] = /0x[0-9a-fA-F]{40}/.exec(await page.textContent("#custody-done"));
  const key = page.locator("#keys [data-key=custody][data-current=true]");
  await key.waitFor();
  const told = await key.textContent();
  assert.match(told, /^Key that the server keepsSet up /);
  assert.ok(told.toLowerCase().endsWith(address.toLowerCase()), told);
  assert.doesNotMatch(told, /signed|backed up|on its device/);
  assert.equal(await page.locator("#veto").count(), 0);
  await accessible(page);
  await signsNothing();

  await goTo(page, "#/grant", "Permit somebody");
  await page.fill("#who", "Clara");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByLabel("Dr. Clara Clinician").check();
  await page.getByRole("button", { name: "Read the terms" }).click();
  await page.waitForSelector("#digest");
  const [, consent] = /#\/sign\/([A-Za-z0-9.-]+)/.exec(page.url());
  assert.equal((await asks(clinician, WEIGHT)).status, 403);
  await page.getByRole("button", { name: "Sign with the key that the server keeps" }).click();
  await page.waitForSelector("#signed[data-state=granted]");
  await isAnswered(clinician, 200);
  await signsNothing();

  await goTo(page, "#/may", "Who may see it");
  const card = page.locator(`[data-consent='${consent}']`);
  await card.locator("[data-state=granted]").waitFor();
  await card.getByRole("button", { name: "Withdraw", exact: true }).click();
  await card.getByRole("button", { name: "Yes, withdraw now" }).click();
  await card.locator("[data-state=revoked], [data-state=pending]").waitFor();
  assert.equal((await asks(clinician, WEIGHT)).status, 403);
  await signsNothing();
  nothingElsewhere(seen);
  assert.deepEqual(seen.complaints.filter((one) => !one.includes("favicon.ico")), []);
  await closes({ context });
});
