// Signing in and out while the issuer, or what this server says of it, is away or another; and who is of another server.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, ADDRESS, bearer, closes, endsBrowser, nothingElsewhere, openBrowser, signedIn, visitor } from "./browser.mjs";
import { comesBack, DISCOVERY, exchanged, nobodyIsSignedIn } from "./comes-back.mjs";

const WEIGHT = "Observation/demo-patient-weight";
const AWAY = [
  ["answers 503", (route) => route.fulfill({ status: 503 })],
  ["is not there", (route) => route.abort()],
];

let browser;

before(async () => {
  browser = await openBrowser();
});

after(() => endsBrowser(browser));

describe("SIGN-2 an answer of the sign-in", { concurrency: false }, () => {
  for (const [what, does] of AWAY) {
    test(`is held against the issuer of then, while the discovery ${what}`, async () => {
      const one = await visitor(browser);
      const away = () => one.page.route(DISCOVERY, does);
      await comesBack(one, { iss: "https://evil.example.org" }, away);
      assert.deepEqual(exchanged(one), []);
      await nobodyIsSignedIn(one);
      nothingElsewhere(one.seen);
      await closes(one);
      const other = await visitor(browser);
      await comesBack(other, {}, () => other.page.route(DISCOVERY, does));
      await other.page.waitForSelector("#person b:not(:empty)");
      await closes(other);
    });
  }

  test("is not asked for where the discovery names no issuer", async () => {
    const one = await visitor(browser);
    await one.page.route(DISCOVERY, async (route) => {
      const { issuer, ...offer } = await (await route.fetch()).json();
      assert.ok(issuer);
      await route.fulfill({ json: offer });
    });
    await one.page.goto(`${ADDRESS}/#/sign-in`);
    await one.page.click("main button");
    await one.page.locator("main [role=alert]").or(one.page.locator('button[value="demo-patient"]')).waitFor();
    assert.match(await one.page.locator("main").textContent({ timeout: 5_000 }), /no issuer/);
    await closes(one);
  });
});

describe("CON-2 signing out", { concurrency: false }, () => {
  for (const [what, does] of AWAY) {
    test(`ends all the same where the discovery ${what}`, async () => {
      const { context, page } = await signedIn(browser, "demo-patient");
      const token = await bearer(page);
      await page.route(DISCOVERY, does);
      await page.click("#sign-out");
      await page.waitForSelector("#sign-in", { timeout: 20_000 });
      assert.equal(await page.locator("#person, #not-ended").count(), 0);
      const answer = await fetch(`${ADDRESS}/fhir/${WEIGHT}`, { headers: { Authorization: `Bearer ${token}` } });
      assert.equal(answer.status, 401);
      await closes({ context });
    });

    test(`is gone from the page where its end ${what}, and the page says once that nobody confirmed it`, async () => {
      const { context, page } = await signedIn(browser, "demo-patient");
      await page.route("**/oauth2/revoke", does);
      await page.click("#sign-out");
      await page.waitForSelector("#sign-in");
      assert.equal(await page.locator("#not-ended").count(), 1);
      assert.match(await page.textContent("#not-ended"), /did not confirm/);
      assert.equal(await page.locator("#person").count(), 0);
      await accessible(page);
      assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
      await page.reload();
      await page.waitForSelector("#sign-in");
      assert.equal(await page.locator("#not-ended").count(), 0);
      await closes({ context });
    });
  }
});

describe("CON-2 who signs in from elsewhere", { concurrency: false }, () => {
  test("is greeted by their address, not by the name of somebody of this server's with the same id", async () => {
    const one = await visitor(browser);
    const { page, seen } = one;
    const fhirUser = "https://other.example.org/fhir/Practitioner/demo-clinician";
    await page.route("**/oauth2/token", async (route) => {
      const answer = await route.fetch();
      const json = await answer.json();
      const [head, claims, signature] = json.id_token.split(".");
      const changed = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), fhirUser };
      await route.fulfill({ json: { ...json, id_token: [head, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(".") } });
    });
    await page.goto(`${ADDRESS}/`);
    await page.click("#sign-in");
    await page.click('button[value="demo-clinician"]');
    await page.waitForSelector("#person b:not(:empty)");
    assert.equal(await page.textContent("#person b"), fhirUser);
    assert.deepEqual(seen.requests.filter((url) => url.includes("/fhir/Practitioner/")), []);
    await closes(one);
  });
});
