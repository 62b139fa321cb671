// What an officer's pages make of a job of the server, while the server is away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADDRESS, endsBrowser, openBrowser, signedIn } from "./browser.mjs";

let browser;
let officer;

before(async () => {
  browser = await openBrowser();
  officer = await signedIn(browser, "demo-compliance");
});

after(() => endsBrowser(browser));

test("CON-5 EXP-6 an officer goes on watching a job after the server was away for a moment, and says so meanwhile", async () => {
  const { page } = officer;
  const answers = [
    (route) => route.fulfill({ status: 202, headers: { "X-Progress": "30 of 120 rows (25 %), 0 findings" }, json: {} }),
    (route) => route.fulfill({ status: 503, json: {} }),
    (route) => route.abort(),
    (route) => route.fulfill({ status: 202, headers: { "X-Progress": "60 of 120 rows (50 %), 0 findings" }, json: {} }),
    (route) => route.fulfill({ body: "", contentType: "application/ndjson" }),
  ];
  let polls = 0;
  await page.route("**/$verify-store?_job=**", (route) => answers[Math.min(polls++, answers.length - 1)](route));
  await page.goto(`${ADDRESS}/#/store`);
  await page.click("#start");
  await page.waitForSelector("#running");
  await page.waitForSelector("main [role=alert][data-status='503']");
  await page.getByText("60 of 120 rows, 0 findings.").waitFor();
  assert.equal(await page.locator("main [role=alert][data-status]").count(), 0);
  await page.waitForSelector("#report[data-findings='0']");
  assert.equal(polls, answers.length);
  await page.unrouteAll({ behavior: "wait" });
  const asked = [];
  await page.route("**/$export-provenance**", (route) => {
    const url = new URL(route.request().url());
    if (!url.searchParams.has("_job")) {
      return route.fulfill({ status: 202, headers: { "Content-Location": `${ADDRESS}/fhir/$export-provenance?_job=2-b` }, json: {} });
    }
    asked.push(url.search);
    return asked.length === 1 ? route.fulfill({ status: 503, json: {} }) : asked.length === 2 ? route.fulfill({ status: 400, json: {} }) : route.fulfill({ json: {} });
  });
  await page.goto(`${ADDRESS}/#/exports`);
  await page.click("#start");
  await page.waitForSelector("main [role=alert][data-status='503']");
  // What is refused is not asked for again.
  await page.waitForSelector("main [role=alert][data-status='400']");
  await page.unrouteAll({ behavior: "wait" });
});
