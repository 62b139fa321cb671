// What an operator sees of the server, and nobody else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, ADDRESS, closes, endsBrowser, narrow, nothingElsewhere, openBrowser, picture, signedIn } from "./browser.mjs";

const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>`;

let browser;

before(async () => {
  browser = await openBrowser();
});

after(() => endsBrowser(browser));

async function looks({ page }) {
  await page.goto(`${ADDRESS}/#/server`);
  await page.reload();
  await page.waitForSelector("[data-part=anchor]");
}

test("CON-6 an operator sees how far behind the ledger is, and the newest anchors with their transactions", async () => {
  for (const options of [{ locale: "en-GB" }, { locale: "de-DE", colorScheme: "dark" }]) {
    const operator = await signedIn(browser, "demo-operator", options);
    const { page, seen, context } = operator;
    await looks(operator);
    const newest = page.locator("[data-anchor=final]").first();
    await newest.waitFor();
    assert.match(await newest.textContent(), /0x[0-9a-f]{64} in (?:block|Block) \d+, [\d,.]+ (?:gas|Gas)/);
    assert.match(await page.textContent("dl"), /\d+ (?:seconds|Sekunden)/);
    assert.match(await page.textContent("dl"), /(?:Consents loaded|Geladene Einwilligungen)\d/);
    const node = page.locator("#nodes [data-node=answers]");
    assert.match(await node.textContent(), /127\.0\.0\.1:\d+(?:answers, since|antwortet, seit) .*(?:newest block|neuester Block) \d/);
    await picture(page, `operator-${options.locale}`);
    await accessible(page);
    await narrow(page);
    nothingElsewhere(seen);
    assert.deepEqual(seen.complaints.filter((one) => !one.includes("favicon.ico")), []);
    await closes({ context });
  }
});

test("CON-6 nobody else asks for what only operators are told", async () => {
  const officer = await signedIn(browser, "demo-compliance");
  await looks(officer);
  await officer.page.getByText("More figures are for operators alone").waitFor();
  assert.deepEqual(officer.seen.requests.filter((url) => /actuator\/(?:anchors|prometheus)/.test(url)), []);
  assert.equal(await officer.page.locator("#anchors, #nodes").count(), 0);
  await closes(officer);
});

test("CON-6 each part that is not well names its page of the manual, and one that is well names none", async () => {
  const operator = await signedIn(browser, "demo-operator");
  const { page, seen } = operator;
  const health = await (await fetch(`${ADDRESS}/actuator/health`)).json();
  const parts = Object.keys(health.components);
  const ill = (part) => ({ status: "DOWN", components: Object.fromEntries(parts.map((name) => [name, { status: name === part ? "UP" : "DOWN" }])) });
  await page.route("**/actuator/health", (route) => route.fulfill({ json: ill("anchor") }));
  await looks(operator);
  assert.ok(parts.includes("consents") && parts.includes("tasks"));
  for (const name of parts.filter((one) => one !== "anchor")) {
    assert.match(await page.textContent(`[data-part=${name}] [data-manual]`), /^docs\/operate\/[A-Za-z-]+\.md#[a-z-]+$/);
  }
  assert.equal(await page.locator("[data-part=anchor] [data-manual]").count(), 0);
  assert.equal(await page.textContent("[data-part=consents] [data-manual]"), "docs/operate/consent.md#when-the-ledger-is-not-heard");
  await accessible(page);
  await narrow(page);
  nothingElsewhere(seen);
  await closes(operator);
});

test("CON-6 of several nodes each has its state, in English and German", async () => {
  const states = ["unasked", "answers", "lags", "refuses", "silent"];
  const nodes = states.map((state, place) => ({ place: `node-${place}.example:8545`, state, since: "2026-03-01T10:00:00Z", block: place === 0 ? null : 100 - place }));
  for (const [locale, lags, refuses] of [["en-GB", "lags behind", "refuses what"], ["de-DE", "hinter den anderen", "verweigert, was"]]) {
    const operator = await signedIn(browser, "demo-operator", { locale });
    const { page } = operator;
    await page.route("**/actuator/anchors", (route) => route.fulfill({ json: { anchors: [], nodes } }));
    await looks(operator);
    await page.locator("[data-node=lags]").getByText(lags).waitFor();
    assert.ok((await page.textContent("[data-node=refuses]")).includes(refuses));
    assert.deepEqual(await page.locator("[data-node] th").allTextContents(), nodes.map(({ place }) => place));
    await accessible(page);
    await narrow(page);
    await closes(operator);
  }
});

test("CON-6 CON-7 hostile strings in what the server says of itself are shown as text", async () => {
  const operator = await signedIn(browser, "demo-operator");
  const { page, seen, context } = operator;
  const anchor = { size: 7, state: HOSTILE, since: HOSTILE, block: 8, transaction: HOSTILE, gasUsed: 9 };
  const node = { place: HOSTILE, state: HOSTILE, since: HOSTILE, block: null };
  await page.route("**/actuator/anchors", (route) => route.fulfill({ json: { anchors: [anchor], nodes: [node] } }));
  await page.route("**/actuator/info", (route) => route.fulfill({ json: { origin: HOSTILE, verifierKey: HOSTILE, logId: HOSTILE, anchorContract: HOSTILE, rpcUrl: HOSTILE } }));
  await page.route("**/actuator/prometheus", (route) => route.fulfill({ body: `anchor_lag_seconds ${HOSTILE}` }));
  const health = { status: HOSTILE, components: { anchor: { status: HOSTILE, details: { [HOSTILE]: HOSTILE, reason: HOSTILE, rows: [HOSTILE] } } } };
  await page.route("**/actuator/health", (route) => route.fulfill({ json: health }));
  await looks(operator);
  await page.locator("[data-anchor]").first().waitFor();
  assert.equal(await page.locator("[data-node]").count(), 1);
  assert.equal((await page.textContent("main")).split(HOSTILE).length > 11, true);
  assert.equal(await page.locator("main :is(img, script, iframe)").count(), 0);
  await accessible(page);
  await narrow(page);
  assert.deepEqual(seen.complaints.filter((one) => /^dialog|Content Security Policy|Error:/.test(one)), []);
  await closes({ context });
});
