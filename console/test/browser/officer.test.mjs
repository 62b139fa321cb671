// What a compliance officer does: searches the journal, looks at a patient's accounting and checks it, scans the store, and sees what was refused over time.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { accessible, ADDRESS, closes, endsBrowser, narrow, nothingElsewhere, openBrowser, picture, signedIn, visitor } from "./browser.mjs";

const WEIGHT = "Observation/demo-patient-weight";
const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>"'{{constructor}}`;
/** A browser tells of each refusal as an error, which is wanted here; the icon is of the page of the sign-in. */
const EXPECTED = /status of 4\d\d|favicon\.ico/;
const PAGES = { journal: ["Journal", "Protokoll"], accounting: ["Accounting of a patient", "Auskunft über einen Patienten"], store: ["The store", "Der Bestand"], trend: ["Over time", "Im Verlauf"], exports: ["Exports", "Ausleitungen"] };

let browser;
let officer;

before(async () => {
  browser = await openBrowser();
  officer = await signedIn(browser, "demo-compliance");
  await asks("demo-clinician", {});
  await asks("demo-emergency", { "X-Break-Glass-Reason": `found unconscious ${HOSTILE}` });
  await asks("demo-emergency", { "X-Break-Glass-Reason": "in vain" }, "Condition?patient=demo-patient");
});

after(() => endsBrowser(browser));

/** What an app of this person would do. */
async function asks(person, headers, path = WEIGHT) {
  const { context, page } = await signedIn(browser, person);
  await page.evaluate(
    async ([address, more]) => {
      const { tokenResponse } = JSON.parse(sessionStorage.getItem(JSON.parse(sessionStorage.getItem("SMART_KEY"))));
      await fetch(address, { headers: { ...more, Authorization: `Bearer ${tokenResponse.access_token}` } });
    },
    [`${ADDRESS}/fhir/${path}`, headers],
  );
  await closes({ context });
}

async function goTo({ page }, place, title) {
  await page.goto(`${ADDRESS}/${place}`);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

async function sound({ page, seen }, name) {
  await picture(page, `officer-${name}`);
  await accessible(page);
  const size = page.viewportSize();
  await narrow(page);
  await picture(page, `officer-${name}-360`);
  await page.setViewportSize(size);
  nothingElsewhere(seen);
  assert.deepEqual(seen.complaints.filter((one) => !EXPECTED.test(one)), []);
}

/** What a click saves. */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return readFileSync(await download.path(), "utf8");
}

describe("CON-5 a compliance officer", { concurrency: false }, () => {
  test("signs in with one click and sees the pages that are theirs, and no patient's", async () => {
    const { page } = officer;
    assert.equal(await page.textContent("#person b"), "Otto Officer");
    const pages = await page.getByRole("navigation").textContent();
    assert.match(pages, /Journal.*Accounting.*The store.*Exports.*Over time/);
    assert.doesNotMatch(pages, /My data|My keys/);
    await page.goto(`${ADDRESS}/#/saw`);
    await page.getByText("This page is for patients").waitFor();
    await sound(officer, "start");
  });

  test("searches the journal by patient, time and outcome, and reads each line in plain words", async () => {
    const { page } = officer;
    await goTo(officer, "#/journal", "Journal");
    await page.fill("#journal-patient", "Patient/demo-patient");
    await page.fill("#journal-from", new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
    await page.selectOption("#journal-outcome", "4");
    await page.click("#search");
    await page.getByText("Dr. Clara Clinician was refused").first().waitFor();
    assert.match(await page.textContent("#lines"), /Dr\. Clara Clinician was refused .* of Patient\/demo-patient\..*for treatment, because (?:there is no consent|the consent was withdrawn)/);
    assert.equal(await page.locator("[data-outcome=shown]").count(), 0);
    await sound(officer, "journal");
  });

  test("finds what was opened in an emergency, with the reason that was given, however hostile", async () => {
    const { page } = officer;
    await page.selectOption("#journal-outcome", "emergency");
    await page.click("#search");
    await page.waitForSelector("[data-outcome=emergency]");
    const lines = await page.textContent("#lines");
    assert.ok(lines.includes(`Reason given: found unconscious ${HOSTILE}`), lines);
    assert.equal(await page.locator("[data-outcome=refused]").count(), 0);
    assert.equal(await page.locator("main img, main script").count(), 0);
    // Nothing was opened by a search that found nothing.
    await page.selectOption("#journal-outcome", "");
    await page.click("#search");
    await page.getByText("Dr. Emma Emergency asked for a search of Patient/demo-patient, and was shown nothing.").first().waitFor();
  });

  test("reads of operations what they were, in plain words, and of a search in an emergency without a hit that nothing was shown", async () => {
    const { page } = officer;
    const event = (did, outcome, more = {}) => ({
      resource: {
        resourceType: "AuditEvent",
        recorded: "2026-03-01T23:30:00.000Z",
        outcome,
        subtype: [{ code: did.startsWith("$") ? "operation" : did }, { display: `${did} Patient` }],
        agent: [{ requestor: true, who: { reference: "Practitioner/eve" } }],
        entity: [{ what: { reference: "Patient/p" }, role: { code: "1" } }],
        ...more,
      },
    });
    const shown = { entity: [{ what: { reference: "Patient/p" }, role: { code: "1" } }, { what: { reference: "Observation/o" }, role: { code: "4" } }] };
    const entry = [
      event("$proof", "0", shown),
      event("$export-provenance", "0"),
      event("$validate", "4"),
      event("$my-own", "0"),
      event("search-type", "0", { purposeOfEvent: [{ text: "broke the glass: found unconscious" }] }),
    ];
    await page.route("**/fhir/AuditEvent?**", (route) => route.fulfill({ json: { resourceType: "Bundle", total: entry.length, entry } }));
    await page.click("#search");
    await page.locator("#lines [data-outcome]").nth(4).waitFor();
    const lines = await page.locator("#lines [data-outcome] p:first-child").allTextContents();
    assert.deepEqual(lines, [
      "Practitioner/eve asked for a proof of Patient/p, and was shown Observation/o.",
      "Practitioner/eve asked for an export of the log of Patient/p, and got it.",
      "Practitioner/eve asked for a validation of Patient/p, and was refused.",
      "Practitioner/eve asked for $my-own of Patient/p, and got it.",
      "Practitioner/eve asked for a search of Patient/p, and was shown nothing.",
    ]);
    assert.equal(await page.locator("#lines [data-outcome=emergency]").count(), 0);
    const time = page.locator("#lines time").first();
    assert.equal(await time.getAttribute("datetime"), "2026-03-01T23:30:00.000Z");
    assert.equal(await time.getAttribute("title"), "2026-03-01T23:30:00.000Z");
    const here = new Date("2026-03-01T23:30:00.000Z").toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });
    assert.equal(await time.textContent(), here);
    await page.unrouteAll({ behavior: "wait" });
  });

  test("finds by who asked and what was done, goes on to the next page, and is told that nothing is there", async () => {
    const { page } = officer;
    await goTo(officer, "#/journal", "Journal");
    await page.fill("#journal-agent", "Practitioner/demo-emergency");
    await page.selectOption("#journal-subtype", "read");
    await page.click("#search");
    await page.getByText(`Dr. Emma Emergency was shown ${WEIGHT}`).first().waitFor();
    await page.fill("#journal-agent", "Practitioner/nobody");
    await page.click("#search");
    await page.getByText("No line.").waitFor();
    await goTo(officer, "#/journal", "Journal");
    await page.route("**/fhir/AuditEvent?_count=50", async (route) => {
      await route.continue({ url: route.request().url().replace("_count=50", "_count=1") });
    });
    await page.click("#search");
    await page.click("#next");
    await page.waitForFunction(() => document.querySelectorAll("#lines [data-outcome]").length === 2);
    await page.unrouteAll({ behavior: "wait" });
  });

  test("sees a patient's accounting, broken glass first, refusals apart, and nobody's name is looked up in vain", async () => {
    const { page, seen } = officer;
    await goTo(officer, "#/accounting", "Accounting of a patient");
    seen.requests.splice(0);
    await page.fill("#patient", "demo-patient");
    await page.click("#show");
    await page.waitForSelector("#emergencies [data-who='Practitioner/demo-emergency']");
    const sections = await page.locator("main section[id]").evaluateAll((all) => all.map(({ id }) => id));
    assert.deepEqual(sections, ["emergencies", "in-vain", "shown", "refused", "own", "proofs"]);
    await page.locator("#refused").getByText("Dr. Clara Clinician").first().waitFor();
    assert.equal(await page.getAttribute("#counted", "data-whole"), "true");
    assert.deepEqual(seen.requests.filter((url) => /\/Patient\/[^/]+$/.test(url)), []);
    await sound(officer, "accounting");
  });

  test("is told which days the accounting is of, and that all of it is shown where no day was named", async () => {
    const { page, seen } = officer;
    assert.equal(await page.textContent("#period"), "Shown: everything up to now.");
    const today = new Date().toLocaleDateString("sv");
    await page.fill("#start", today);
    await page.fill("#end", "2026-01-01");
    await page.getByText("This period ends before it begins.").waitFor();
    assert.ok(await page.isDisabled("#show"));
    await page.fill("#end", "2999-12-31");
    await page.click("#show");
    await page.getByText(/^Shown: these days alone: from .* up to and with 31 Dec 2999$/).waitFor();
    assert.equal(await page.getAttribute("#period time", "datetime"), today);
    await page.getByText("so that nothing was counted").waitFor();
    const asked = new URL(seen.requests.findLast((url) => url.includes("$disclosures")));
    assert.equal(asked.searchParams.get("start"), today);
    const html = await saved(page, "#save-page");
    assert.match(html, /What was recorded from .* up to 31 December 2999, 23:59, and nothing else\./);
    await sound(officer, "accounting-days");
    await page.fill("#start", "");
    await page.fill("#end", "");
    await page.click("#show");
    await page.getByText("Shown: everything up to now.").waitFor();
  });

  test("saves it as CSV, as a page to print, and with its proofs, which are checked in the browser", async () => {
    const { page } = officer;
    const csv = await saved(page, "#save-csv");
    assert.match(csv, /^number,leaf,recorded,emergency,outcome/);
    assert.match(csv, /BREAK_GLASS/);
    const html = await saved(page, "#save-page");
    assert.match(html, /^<!DOCTYPE html>/i);
    assert.ok(!html.includes("<script>"));
    await page.waitForFunction(async () => {
      document.getElementById("check-proofs")?.click();
      for (let i = 0; i < 100 && !document.querySelector("[data-proofs]"); i++) {
        await new Promise((resume) => setTimeout(resume, 100));
      }
      return document.querySelector("[data-proofs=fits]");
    });
    assert.match(await page.textContent("[data-proofs]"), /Nothing is missing.*disclosure \d+ is the newest of the anchored \d+ leaves/);
    const file = await saved(page, "#save-proofs");
    assert.match(file, /^\{"format":"fhiranchor-accounting\/1"/);
    await sound(officer, "accounting-checked");
    await withoutItsNewest(page, file);
  });

  /** The same file without its last numbered line is found out, and so is a changed one; on the page of everybody too. */
  async function withoutItsNewest(page, file) {
    const lines = file.trimEnd().split("\n");
    const numbered = lines.filter((line, place) => place === 0 || line.includes('"proof"'));
    const anchored = (line) => line.includes('"anchor":{');
    const newest = numbered.findLastIndex((line, place) => place > 0 && anchored(line));
    const withheld = numbered.slice(0, newest).join("\n");
    await page.route("**/$disclosures?_outputFormat=proofs", (route) => route.fulfill({ contentType: "application/x-ndjson", body: withheld }));
    await page.click("#check-proofs");
    await page.waitForSelector("[data-proofs=fails]");
    assert.match(await page.textContent("[data-proofs]"), /newest disclosure is not the one that the anchored log names/);
    await page.unrouteAll({ behavior: "wait" });
    await page.goto(`${ADDRESS}/check.html`);
    const buffer = Buffer.from(file.replace("demo-clinician", "demo-clinicial"));
    await page.locator("input[type=file]").nth(1).setInputFiles({ name: "proofs.ndjson", mimeType: "application/x-ndjson", buffer });
    await page.click("#own");
    await page.waitForFunction(() => !!document.getElementById("key")?.value);
    await page.getByLabel("Leave it open").check();
    await page.click("#check");
    await page.waitForSelector("#verdict[data-verdict='not verified']");
    assert.equal(await page.getAttribute("#steps li.failed", "data-step"), "record-digest");
  }

  test("starts a scan of the store, watches it, and reads that there is no finding", async () => {
    const { page } = officer;
    await goTo(officer, "#/store", "The store");
    await sound(officer, "store");
    await page.click("#start");
    await page.waitForSelector("#report");
    assert.equal(await page.getAttribute("#report", "data-findings"), "0", await page.textContent("#report"));
    await sound(officer, "store-whole");
  });

  test("sees a running scan as a bar, what it found as a table, and ends it", async () => {
    const { page } = officer;
    await page.route("**/$verify-store?_job=**", (route) =>
      route.request().method() === "DELETE"
        ? route.fulfill({ status: 202, json: {} })
        : route.fulfill({ status: 202, headers: { "X-Progress": "30 of 120 rows (25 %), 2 findings" }, json: {} }),
    );
    await page.reload();
    await page.getByText("30 of 120 rows, 2 findings.").waitFor();
    assert.equal(await page.getAttribute("#running [role=progressbar]", "aria-valuenow"), "25");
    await sound(officer, "store-running");
    await page.click("#end");
    await page.waitForSelector("#ended");
    await page.unrouteAll({ behavior: "wait" });
    const finding = { kind: HOSTILE, place: `leaf 17 ${HOSTILE}`, finding: HOSTILE };
    await page.route("**/$verify-store?_job=**", (route) => route.fulfill({ body: `${JSON.stringify(finding)}\n`, contentType: "application/ndjson" }));
    await page.click("#start");
    await page.waitForSelector("#report[data-findings='1']");
    assert.ok((await page.textContent("#report")).includes(`leaf 17 ${HOSTILE}`));
    assert.equal(await page.locator("main img, main script").count(), 0);
    await sound(officer, "store-finding");
    await page.unrouteAll({ behavior: "wait" });
  });

  test("sees refusals and emergencies of each day as a plot, and as a table for who does not see it", async () => {
    const { page } = officer;
    await goTo(officer, "#/trend", "Over time");
    const today = page.locator("#counts [data-day]").first();
    await today.waitFor();
    const [refused, emergencies] = await today.locator("td").allTextContents();
    assert.ok(Number(refused) > 0 && Number(emergencies) > 0, `${refused} ${emergencies}`);
    assert.equal(await page.locator("svg[role=img] polyline").count(), 2);
    assert.equal(await page.locator("#counts [data-day]").count(), 14);
    await sound(officer, "trend");
  });

  test("starts an export, watches it, saves each of its files, and removes them", async () => {
    const { page } = officer;
    const asked = [];
    let polls = 0;
    const address = `${ADDRESS}/fhir/$export-provenance?_job=1-a`;
    const names = ["manifest.json", "AuditEvent.ndjson", "../x", HOSTILE];
    await page.route("**/$export-provenance**", (route) => {
      const url = new URL(route.request().url());
      asked.push(`${route.request().method()} ${url.search}`);
      if (!url.searchParams.has("_job")) {
        return route.fulfill({ status: 202, headers: { "Content-Location": address }, json: {} });
      }
      if (url.searchParams.has("_file")) {
        return route.fulfill({ body: `content of ${url.searchParams.get("_file")}`, contentType: "application/json" });
      }
      if (route.request().method() === "DELETE" || polls++ < 2) {
        return route.fulfill({ status: 202, headers: { "X-Progress": "50 of 200 leaves (25 %)" }, json: {} });
      }
      const files = names.map((name) => ({ name, url: `${address}&_file=${name}` }));
      return route.fulfill({ json: { output: [{ type: "AuditEvent", count: 3, url: "" }], extension: { "https://fhiranchor.org/export-files": files } } });
    });
    await goTo(officer, "#/exports", "Exports");
    await sound(officer, "exports");
    await page.fill("#export-from", "2026-03-01");
    await page.selectOption("#export-kind", "refusals");
    await page.click("#start");
    await page.getByText("50 of 200 entries of the list.").waitFor();
    assert.equal(await page.getAttribute("#running [role=progressbar]", "aria-valuenow"), "25");
    await page.waitForSelector("#files[data-count='3']");
    assert.deepEqual(await page.locator("[data-file]").allTextContents(), ["manifest.json", "AuditEvent.ndjson"]);
    assert.equal(await saved(page, "[data-file='AuditEvent.ndjson']"), "content of AuditEvent.ndjson");
    await sound(officer, "exports-ready");
    await page.click("#end");
    await page.waitForFunction(() => document.getElementById("files") === null);
    assert.equal(asked[0], "GET ?_outputFormat=ndjson&_since=2026-03-01&kind=refusals");
    assert.ok(asked.includes("DELETE ?_job=1-a"));
    await page.unrouteAll({ behavior: "wait" });
  });

  test("goes by the keyboard alone, in German and in the dark: each page with what it shows", async () => {
    const { page } = officer;
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByText("DE", { exact: true }).click();
    for (const [name, [, german]] of Object.entries(PAGES)) {
      await goTo(officer, `#/${name}`, german);
      await sound(officer, `${name}-de-dark`);
    }
    await goTo(officer, "#/journal", "Protokoll");
    await page.selectOption("#journal-outcome", "4");
    await page.focus("#journal-patient");
    await page.keyboard.type("demo-patient");
    await page.keyboard.press("Enter");
    await page.getByText("Dr. Clara Clinician wurde abgewiesen").first().waitFor();
    await page.locator("#lines summary").first().click();
    await sound(officer, "journal-found-de-dark");
    await page.selectOption("#journal-outcome", "emergency");
    await page.click("#search");
    await page.waitForSelector("[data-outcome=emergency]");
    await sound(officer, "journal-emergency-de-dark");
    await goTo(officer, "#/accounting", "Auskunft über einen Patienten");
    await page.fill("#patient", "demo-patient");
    await page.click("#show");
    await page.waitForSelector("#emergencies [data-who]");
    await page.locator("#refused summary").first().click();
    await page.click("#check-proofs");
    await page.waitForSelector("[data-proofs]");
    await sound(officer, "accounting-shown-de-dark");
    await goTo(officer, "#/trend", "Im Verlauf");
    await page.locator("#counts [data-day]").first().waitFor();
    await sound(officer, "trend-shown-de-dark");
    await goTo(officer, "#/store", "Der Bestand");
    await page.click("#start");
    await page.waitForSelector("#report");
    await sound(officer, "store-report-de-dark");
    await goTo(officer, "#/exports", "Ausleitungen");
    await page.click("#start");
    await page.waitForSelector("#files");
    await sound(officer, "exports-ready-de-dark");
    await page.click("#end");
    await page.waitForFunction(() => document.getElementById("files") === null);
    await page.getByText("EN", { exact: true }).click();
  });

  test("nobody else has these pages, and the server refuses what they ask", async () => {
    const clinician = await signedIn(browser, "demo-clinician");
    await clinician.page.goto(`${ADDRESS}/#/journal`);
    await clinician.page.getByText("This page is for compliance officers").waitFor();
    const status = await clinician.page.evaluate(async (address) => {
      const { tokenResponse } = JSON.parse(sessionStorage.getItem(JSON.parse(sessionStorage.getItem("SMART_KEY"))));
      return (await fetch(address, { method: "POST", headers: { Authorization: `Bearer ${tokenResponse.access_token}` } })).status;
    }, `${ADDRESS}/fhir/$verify-store`);
    assert.equal(status, 403);
    await closes(clinician);
    const nobody = await visitor(browser);
    await nobody.page.goto(`${ADDRESS}/#/trend`);
    await nobody.page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    await closes(nobody);
  });
});
