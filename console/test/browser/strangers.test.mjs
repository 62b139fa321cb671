// What a FHIR address leads to, and what somebody else's page, link or record can do to who is signed in.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { accessible, ADDRESS, narrow, nothingElsewhere, openBrowser, picture, signedIn, visitor } from "./browser.mjs";

const WEIGHT = "Observation/demo-patient-weight";
const HOSTILE = [
  `<img src=x onerror="alert(1)">`,
  `<script>alert(2)</script>`,
  `"'\`{{constructor.constructor('alert(3)')()}}`,
  "javascript:alert(4)",
  `</pre></details><iframe srcdoc="<script>parent.alert(5)</script>">`,
  "\u202Egnp.exe",
];

let browser;
let stranger;

before(async () => {
  browser = await openBrowser();
  stranger = await Stranger.start();
});

after(async () => {
  await browser?.close();
  stranger?.stop();
});

/** Another site, on another port of this machine, which is another origin. */
class Stranger {
  static async start() {
    const server = createServer((request, response) => response.setHeader("Content-Type", "text/html").end("<!doctype html><title>stranger</title><body>"));
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    return new Stranger(server);
  }

  constructor(server) {
    this.server = server;
    this.address = `http://127.0.0.1:${server.address().port}/`;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** What the console keeps of a sign-in. */
function tokenIn(page) {
  return page.evaluate(() => JSON.parse(sessionStorage.getItem(JSON.parse(sessionStorage.getItem("SMART_KEY")))).tokenResponse.access_token);
}

describe("CON-1 a FHIR address in a browser", { concurrency: false }, () => {
  test("leads to signing in, and then shows the record readably, with its proof", async () => {
    const { context, page, seen } = await visitor(browser);
    await page.goto(`${ADDRESS}/fhir/${WEIGHT}`);
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
    await page.click('button[value="demo-patient"]');
    await page.getByRole("heading", { level: 1, name: "A record" }).waitFor();
    assert.equal(page.url(), `${ADDRESS}/#/open/${WEIGHT}`);
    await page.getByText(/^71\.5 kg/).waitFor();
    assert.match(await page.textContent("main dl"), /status.*final.*Body weight/);
    await page.waitForSelector("[data-proof=fits], [data-proof=waits]");
    await picture(page, "open");
    await accessible(page);
    await narrow(page);
    nothingElsewhere(seen);
    await context.close();
  });

  test("of a search shows what it finds, and of what nobody may see says so", async () => {
    const { context, page } = await signedIn(browser, "demo-patient");
    await page.goto(`${ADDRESS}/#/open/Observation?patient=Patient/demo-patient`);
    await page.waitForSelector(`[data-record='${WEIGHT}']`);
    await page.goto(`${ADDRESS}/#/open/Observation/none-of-this-id`);
    await page.waitForSelector("[role=alert][data-status]");
    for (const elsewhere of ["//evil.example/x", "Patient/x/$erase", "../actuator/info", "https://evil.example/", "javascript:alert(1)"]) {
      await page.goto(`${ADDRESS}/#/open/${elsewhere}`);
      await page.getByRole("heading", { level: 1, name: "Health records that can be proven" }).waitFor();
    }
    await context.close();
  });

  test("every string of the record is hostile, and is shown as text", async () => {
    const { context, page, seen } = await signedIn(browser, "demo-patient");
    const all = HOSTILE.join(" ");
    const resource = {
      resourceType: "Observation",
      id: "x",
      meta: { versionId: all, lastUpdated: all, source: all, profile: HOSTILE, tag: [{ system: all, code: all, display: all }] },
      language: all,
      text: { status: all, div: `<div xmlns="http://www.w3.org/1999/xhtml">${all}</div>` },
      contained: [{ resourceType: all, id: all, name: HOSTILE }],
      identifier: [{ system: all, value: all }],
      status: all,
      category: [{ coding: [{ system: all, code: all, display: all }] }],
      code: { text: all, coding: [{ system: all, code: all, display: all }] },
      subject: { reference: all, display: all },
      effectiveDateTime: all,
      valueQuantity: { value: all, unit: all },
      note: HOSTILE.map((text) => ({ text, authorString: all })),
      [all]: all,
      extension: [{ url: all, valueUrl: "javascript:alert(6)" }],
    };
    await page.route("**/fhir/Observation/x", (route) => route.fulfill({ json: resource }));
    await page.goto(`${ADDRESS}/#/open/Observation/x`);
    await page.waitForSelector("main dl");
    await page.locator("summary").first().click();
    const shown = await page.textContent("main");
    for (const one of HOSTILE) {
      assert.ok(shown.includes(one), one);
    }
    assert.equal(await page.locator("main :is(img, script, iframe, object, embed)").count(), 0);
    assert.deepEqual(await page.locator("main a").evaluateAll((links) => links.map(({ protocol }) => protocol).filter((one) => !one.startsWith("http"))), []);
    assert.deepEqual(seen.complaints.filter((one) => one.startsWith("dialog") || one.includes("Content Security Policy")), []);
    await context.close();
  });
});

describe("CON-7 every page, with every string of what it is answered hostile", { concurrency: false }, () => {
  /** What says what a thing is, without which nothing would be shown. */
  const KEPT = new Set(["resourceType", "name", "relation", "fullUrl", "url", "code", "outcome", "status", "valueCode", "mode"]);
  const all = HOSTILE.join(" ");

  function spoilt(value, key) {
    if (typeof value === "string") {
      return KEPT.has(key) ? value : all;
    }
    if (Array.isArray(value)) {
      return value.map((one) => spoilt(one, key));
    }
    return value === null || typeof value !== "object" ? value : Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoilt(one, name)]));
  }

  async function lookAt({ page, seen }, places) {
    await page.route("**/fhir/**", async (route) => {
      const answer = await route.fetch();
      const json = answer.headers()["content-type"]?.includes("json") ? await answer.json() : undefined;
      await (json === undefined ? route.fulfill({ response: answer }) : route.fulfill({ response: answer, json: spoilt(json) }));
    });
    for (const [place, shown, use] of places) {
      await page.goto(`${ADDRESS}/#/${place}`);
      await page.reload();
      await use?.();
      await page.locator(shown).first().waitFor();
      assert.ok((await page.textContent("main")).includes(HOSTILE[0]), place);
      assert.equal(await page.locator("main :is(img, script, iframe, object, embed)").count(), 0, place);
      assert.deepEqual(await page.locator("main a").evaluateAll((links) => links.map(({ protocol }) => protocol).filter((one) => !one.startsWith("http"))), [], place);
      await accessible(page);
      await narrow(page);
    }
    assert.deepEqual(seen.complaints.filter((one) => /^dialog|Content Security Policy|Error:/.test(one)), []);
    nothingElsewhere(seen);
  }

  test("shows it as text to a patient", async () => {
    const patient = await signedIn(browser, "demo-patient");
    await lookAt(patient, [
      ["data", "[data-record]", () => patient.page.locator("[data-record] summary").first().click()],
      ["saw", "#counted, [data-who]"],
    ]);
    await patient.context.close();
  });

  test("shows it as text to an officer", async () => {
    const officer = await signedIn(browser, "demo-compliance");
    const { page } = officer;
    await lookAt(officer, [
      ["journal", "#lines [data-outcome]", () => page.click("#search")],
      [
        "accounting",
        "[data-who]",
        async () => {
          await page.fill("#patient", "demo-patient");
          await page.click("#show");
        },
      ],
    ]);
    await officer.context.close();
  });
});

describe("CON-2 the page of the API", { concurrency: false }, () => {
  test("shows what the server answers, and tries a request as who is signed in", async () => {
    const { context, page, seen } = await signedIn(browser, "demo-patient");
    await page.getByRole("navigation").getByText("API").click();
    await page.getByRole("heading", { level: 1, name: "The API" }).waitFor();
    await page.locator("#api .opblock").first().waitFor();
    await page.selectOption("#part", "Patient");
    const read = page.locator("#api .opblock-get").filter({ has: page.locator('[data-path="/Patient/{id}"]') });
    await read.locator(".opblock-summary-control").click();
    await read.getByRole("button", { name: "Try it out" }).click();
    await read.locator("tr[data-param-name=id] input").fill("demo-patient");
    await read.getByRole("button", { name: "Execute" }).click();
    await read.locator(".live-responses-table td.response-col_status").filter({ hasText: "200" }).waitFor();
    assert.ok(!(await page.textContent("#api")).includes("Bearer"));
    await picture(page, "api");
    await accessible(page, ["#api"]);
    await narrow(page);
    nothingElsewhere(seen);
    assert.deepEqual(seen.complaints.filter((one) => /^dialog|Error:|script-src|connect-src/.test(one)), []);
    await context.close();
  });
});

describe("KEY-1 the sentence that is signed", { concurrency: false }, () => {
  test("is turned around by no name", async () => {
    const { context, page } = await signedIn(browser, "demo-patient");
    const actor = [{ role: { text: "x" }, reference: { reference: "Practitioner/turned" } }];
    const consent = { resourceType: "Consent", id: "turned", status: "active", provision: { type: "permit", actor } };
    await page.route("**/fhir/Consent?**", (route) => route.fulfill({ json: { resourceType: "Bundle", entry: [{ resource: consent }] } }));
    const name = [{ text: "Dr. Good\u202e lived .rD\u2066" }];
    await page.route("**/fhir/Practitioner/turned", (route) => route.fulfill({ json: { resourceType: "Practitioner", id: "turned", name } }));
    await page.goto(`${ADDRESS}/#/may`);
    const sentence = page.locator("[data-consent=turned] .said").filter({ hasText: "Dr. Good" });
    await sentence.waitFor();
    assert.match(await sentence.textContent(), /^Dr\. Good lived \.rD may see/);
    await context.close();
  });
});

describe("CON-2 the token", { concurrency: false }, () => {
  test("and the code are in no address, no Referer, no history and no storage but this tab's", async () => {
    const { context, page, seen } = await visitor(browser);
    const sent = [];
    page.on("request", (request) => sent.push({ url: request.url(), referer: request.headers().referer ?? "" }));
    await page.goto(`${ADDRESS}/`);
    await page.click("#sign-in");
    await page.click('button[value="demo-patient"]');
    await page.waitForSelector("#person b:not(:empty)");
    const token = await tokenIn(page);
    const code = sent.map(({ url }) => new URL(url).searchParams.get("code")).find((one) => one);
    assert.ok(code && token.length > 100);
    assert.deepEqual(sent.filter(({ url, referer }) => `${url} ${referer}`.includes(token)), []);
    assert.deepEqual(sent.filter(({ referer }) => referer.includes(code)), []);
    assert.deepEqual(sent.filter(({ url }) => url.includes(code)).length, 1);
    assert.equal(await page.evaluate((one) => JSON.stringify({ ...localStorage }).includes(one) || document.cookie.includes(one), token), false);
    const other = await context.newPage();
    await other.goto(`${ADDRESS}/`);
    await other.waitForSelector("#sign-in");
    const devtools = await context.newCDPSession(page);
    const { entries } = await devtools.send("Page.getNavigationHistory");
    assert.deepEqual(entries.filter(({ url }) => url.includes(code)), []);
    nothingElsewhere(seen);
    await context.close();
  });

  test("ends with signing out, for whoever kept it too", async () => {
    const { context, page } = await signedIn(browser, "demo-patient");
    const token = await tokenIn(page);
    await page.click("#sign-out");
    await page.waitForSelector("#sign-in");
    const answer = await fetch(`${ADDRESS}/fhir/${WEIGHT}`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 401);
    await page.goBack().catch(() => undefined);
    assert.equal(await page.locator("#person").count(), 0);
    await context.close();
  });
});

describe("SIGN-2 a link of somebody else's", { concurrency: false }, () => {
  test("with a code that was made for another browser, or without the issuer's name, signs nobody in", async () => {
    const { context, page } = await visitor(browser);
    await page.goto(`${ADDRESS}/`);
    await page.click("#sign-in");
    await page.waitForSelector('button[value="demo-patient"]');
    const { state } = await page.evaluate(() => Object.fromEntries(new URLSearchParams(location.search)));
    for (const query of [`code=stolen&state=${state ?? "x"}`, `code=stolen&state=x&iss=${ADDRESS}`, "error=x&state=y", `code=stolen&state=x&iss=${ADDRESS}.evil.example`]) {
      await page.goto(`${ADDRESS}/?${query}`);
      await page.getByText("Signing in did not work").waitFor();
      await page.waitForSelector("#sign-in");
      assert.equal(new URL(page.url()).search, "");
      assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    }
    await context.close();
  });
});

describe("CON-7 a page of somebody else's", { concurrency: false }, () => {
  test("has none of these pages in a frame", async () => {
    const { context, page } = await visitor(browser);
    await page.goto(stranger.address);
    for (const framed of ["/", "/check.html", "/oauth2/sign-in", "/#/may"]) {
      const frame = await page.evaluateHandle(
        (address) =>
          new Promise((loaded) => {
            const frame = document.createElement("iframe");
            frame.onload = () => loaded(frame);
            frame.src = address;
            document.body.append(frame);
          }),
        ADDRESS + framed,
      );
      const content = await frame.contentFrame();
      assert.match(content.url(), /^chrome-error:/, framed);
    }
    await context.close();
  });

  test("that opens the console keeps no hold of it", async () => {
    const { context, page } = await visitor(browser);
    await page.goto(stranger.address);
    const [opened] = await Promise.all([
      context.waitForEvent("page"),
      page.evaluate((address) => {
        globalThis.held = window.open(address);
      }, `${ADDRESS}/`),
    ]);
    await opened.waitForSelector("#sign-in");
    assert.equal(await opened.evaluate(() => window.opener), null);
    await page.waitForFunction(() => globalThis.held.closed);
    await context.close();
  });

  test("reads nothing and writes nothing in the name of who is signed in", async () => {
    const { context, page } = await signedIn(browser, "demo-patient");
    const evil = await context.newPage();
    await evil.goto(stranger.address);
    const answers = await evil.evaluate(
      async ([address, weight]) => {
        const ask = (path, options) =>
          fetch(address + path, { credentials: "include", ...options }).then(
            async (answer) => `${answer.status} ${await answer.text()}`,
            () => "no answer",
          );
        return Promise.all([
          ask(`/fhir/${weight}`),
          ask("/oauth2/sign-in"),
          ask("/oauth2/userinfo"),
          ask("/fhir/Patient/demo-patient", { method: "DELETE" }),
          ask("/oauth2/sign-in", { method: "POST", mode: "no-cors", body: new URLSearchParams({ person: "demo-operator" }) }),
        ]);
      },
      [ADDRESS, WEIGHT],
    );
    answers.forEach((answer) => assert.match(answer, /^(?:no answer|401|0 )/, answers.join("; ")));
    await page.reload();
    await page.waitForSelector("#person");
    assert.equal(await page.textContent("#person b"), "Paula Patient");
    await context.close();
  });
});
