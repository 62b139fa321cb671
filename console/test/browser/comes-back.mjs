// What a page makes of the answer of a sign-in.
import assert from "node:assert/strict";
import { ADDRESS } from "./browser.mjs";

export const DISCOVERY = "**/.well-known/smart-configuration";

/** Signs in; what the issuer sends back with the code is changed before the page reads it. */
export async function comesBack({ page, seen }, changes, meanwhile = async () => {}) {
  await page.addInitScript((changed) => {
    const query = new URLSearchParams(location.search);
    if (query.has("code")) {
      Object.entries(changed).forEach(([name, value]) => (value === null ? query.delete(name) : query.set(name, value)));
      history.replaceState(null, "", `?${query}`);
    }
  }, changes);
  await page.goto(`${ADDRESS}/`);
  await page.click("#sign-in");
  await page.waitForSelector('button[value="demo-patient"]');
  await meanwhile();
  await page.click('button[value="demo-patient"]');
  await page.waitForURL(`${ADDRESS}/**`);
  await page.waitForFunction(() => document.querySelector("#sign-in") !== null || document.querySelector("#person b:not(:empty)") !== null);
  return seen.requests.map((url) => new URL(url)).find(({ searchParams }) => searchParams.has("code"));
}

export const exchanged = ({ seen }) => seen.requests.filter((url) => url.includes("/oauth2/token"));

export async function nobodyIsSignedIn({ page }) {
  await page.getByText("Signing in did not work").waitFor();
  await page.waitForSelector("#sign-in");
  assert.equal(new URL(page.url()).search, "");
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
}
