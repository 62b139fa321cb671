// Debian's Chromium, and what all pages must hold: nothing is asked of elsewhere, and the browser has nothing to complain about.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, loadavg } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

/** The server that runs for these tests, such as http://localhost:8080. */
export const ADDRESS = process.env.CONSOLE_ADDRESS ?? "http://localhost:8080";
/** Where people sign in, such as http://localhost:8081/realms/fhir-anchor; this server's own sign-in without it. */
const ISSUER = process.env.CONSOLE_ISSUER;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = path.resolve(import.meta.dirname, "../../../target/console-pictures");

export async function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  assert.ok(existsSync(executablePath), `${executablePath} is missing: install the Debian package chromium, or set CHROMIUM`);
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A person's browser, with nothing kept from anybody else. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1100, height: 800 }, ...options });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const seen = { requests: [], complaints: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !isOfIssuer(message.location().url)) {
      seen.complaints.push(`${message.text()} ${message.location().url}`);
    }
  });
  page.on("dialog", (dialog) => {
    seen.complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { context, page, seen };
}

/**
 * Ends a person's browser, after what the test answers in the server's place has answered: a handler that outlives its
 * page fails outside of every test, and Node.js then fails the whole file without naming one.
 */
export async function closes({ context }) {
  await Promise.all(context.pages().map((page) => page.unrouteAll({ behavior: "wait" })));
  await context.close();
}

/** Ends them all, and Chromium; nothing, where it never began. */
export async function endsBrowser(browser) {
  await Promise.all((browser?.contexts() ?? []).map((context) => closes({ context })));
  await browser?.close();
}

/** What a page of another's says of itself is no complaint about ours. */
function isOfIssuer(url) {
  return ISSUER !== undefined && url.startsWith(`${new URL(ISSUER).origin}/`);
}

/** At the sign-in, which asks who it is. */
export async function asksWho(page, person) {
  await page.waitForSelector(ISSUER === undefined ? `button[value="${person}"]` : "#kc-login");
}

async function saysWho(page, person) {
  await asksWho(page, person);
  if (ISSUER === undefined) {
    await page.click(`button[value="${person}"]`);
    return;
  }
  await page.fill("#username", person);
  await page.fill("#password", `${person}-password`);
  await page.click("#kc-login");
}

/** Whether a browser went there to sign in. */
export function isSignIn(url) {
  return url.startsWith(ISSUER === undefined ? `${ADDRESS}/oauth2/authorize` : `${ISSUER}/protocol/openid-connect/auth`);
}

/** A browser of one's own, signed in. */
export async function signedIn(browser, person, options = { locale: "en-GB" }) {
  const one = await visitor(browser, options);
  const { page } = one;
  await page.goto(`${ADDRESS}/`);
  await page.click("#sign-in");
  await saysWho(page, person);
  await page.waitForSelector("#person b:not(:empty)");
  return one;
}

/** The token of who is signed in. */
export function bearer(page) {
  return page.evaluate(() => JSON.parse(sessionStorage.getItem(JSON.parse(sessionStorage.getItem("SMART_KEY")))).tokenResponse.access_token);
}

/** What an app of this person would do. */
export async function asks({ page }, path, { method = "GET", body, headers = {} } = {}) {
  const token = await bearer(page);
  const answer = await fetch(`${ADDRESS}/fhir/${path}`, {
    method,
    headers: { "Content-Type": "application/fhir+json", Authorization: `Bearer ${token}`, ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: () => JSON.parse(text) };
}

export function nothingElsewhere({ requests }, ...others) {
  const allowed = [ADDRESS, ...(ISSUER === undefined ? [] : [ISSUER]), ...others].map((address) => new URL(address).origin);
  assert.deepEqual(requests.filter((url) => !allowed.includes(new URL(url).origin)), []);
}

/** Of all of axe's rules; serious and critical findings count. */
export async function accessible(page) {
  // A page's own policy lets no script in: the test runs beside it, in a world of the browser's driver.
  await page.evaluate(AXE);
  // A colour that is on its way from one to another is neither.
  await page.evaluate(() => {
    for (const one of document.getAnimations()) {
      if (one.effect.getComputedTiming().endTime !== Infinity) {
        one.finish();
      }
    }
  });
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  assert.deepEqual(serious.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => html + failureSummary)]), []);
}

/** Nothing hangs over the edge of a small telephone. */
export async function narrow(page) {
  await page.setViewportSize({ width: 360, height: 740 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  const wide = await page.evaluate(() =>
    [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > 360).map((one) => one.outerHTML.slice(0, 200)),
  );
  assert.ok(width <= 360, `the page is ${width} wide at 360: ${wide.at(-1)}`);
}

export async function picture(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: true });
}

/** How much longer than on a quiet machine something may take now: as many times as more wants to run here than can. Never less than once. */
export function patience() {
  return Math.max(1, loadavg()[0] / availableParallelism());
}
