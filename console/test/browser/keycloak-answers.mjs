// What an issuer elsewhere sends back is used under its own name alone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ADDRESS, asksWho, closes, endsBrowser, openBrowser, visitor } from "./browser.mjs";

const ISSUER = process.env.CONSOLE_ISSUER;

let browser;

before(async () => {
  assert.ok(ISSUER, "CONSOLE_ISSUER: want an issuer elsewhere; its own sign-in is in strangers.test.mjs");
  browser = await openBrowser();
});

after(() => endsBrowser(browser));

/** Signs in; what the issuer sends back with the code is changed before the page reads it. */
async function comesBack({ page, seen }, changes) {
  await page.addInitScript((changed) => {
    const query = new URLSearchParams(location.search);
    if (query.has("code")) {
      Object.entries(changed).forEach(([name, value]) => (value === null ? query.delete(name) : query.set(name, value)));
      history.replaceState(null, "", `?${query}`);
    }
  }, changes);
  await page.goto(`${ADDRESS}/`);
  await page.click("#sign-in");
  await asksWho(page, "demo-patient");
  await page.fill("#username", "demo-patient");
  await page.fill("#password", "demo-patient-password");
  await page.click("#kc-login");
  await page.waitForURL(`${ADDRESS}/**`);
  await page.waitForFunction(() => document.querySelector("#sign-in") !== null || document.querySelector("#person b:not(:empty)") !== null);
  return seen.requests.map((url) => new URL(url)).find(({ origin, searchParams }) => origin === ADDRESS && searchParams.has("code"));
}

const exchanged = ({ seen }) => seen.requests.filter((url) => url.includes("/token"));

describe("SIGN-1 SIGN-2 an answer of an issuer elsewhere", { concurrency: false }, () => {
  test("signs in as it came, with one exchange of its code", async () => {
    const one = await visitor(browser);
    const came = await comesBack(one, {});
    assert.equal(came.searchParams.get("iss"), ISSUER);
    await one.page.waitForSelector("#person b:not(:empty)");
    assert.deepEqual(exchanged(one), [`${ISSUER}/protocol/openid-connect/token`]);
    await closes(one);
  });

  for (const [what, iss] of [["in another issuer's name", `${ISSUER}.evil.example`], ["in this server's name", ADDRESS], ["with the issuer's name and a slash", `${ISSUER}/`], ["in an empty name", ""], ["in nobody's name", null]]) {
    test(`${what} is not used, though its code and state are good: no code is sent anywhere`, async () => {
      const one = await visitor(browser);
      const came = await comesBack(one, { iss });
      assert.ok(came.searchParams.get("code").length > 20 && came.searchParams.get("state"));
      assert.deepEqual(exchanged(one), []);
      await one.page.getByText("Signing in did not work").waitFor();
      assert.equal(await one.page.evaluate(() => sessionStorage.length), 0);
      await closes(one);
    });
  }
});
