// What a FHIR address leads to, and what somebody else's page, link or record can do to who is signed in.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { accessible, ADDRESS, bearer, closes, endsBrowser, narrow, nothingElsewhere, openBrowser, picture, signedIn, visitor } from "./browser.mjs";
import { comesBack, exchanged, nobodyIsSignedIn } from "./comes-back.mjs";

const WEIGHT = "Observation/demo-patient-weight";

let browser;
let stranger;

before(async () => {
  browser = await openBrowser();
  stranger = await Stranger.start();
});

after(async () => {
  await endsBrowser(browser);
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
    await closes({ context });
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
    await closes({ context });
  });
});

describe("CON-4 the page that checks, with a version in its address", { concurrency: false }, () => {
  const VERSION = `${WEIGHT}/_history/1`;
  const noted = (page) => page.waitForFunction(() => !!document.getElementById("proof-note")?.textContent);

  test("has it and its proof, for who is signed in, from the record's own page", async () => {
    const { context, page, seen } = await signedIn(browser, "demo-patient");
    await page.goto(`${ADDRESS}/#/open/${WEIGHT}`);
    await page.locator("[data-proof] a").click();
    await noted(page);
    assert.equal(new URL(page.url()).searchParams.get("resource"), VERSION);
    assert.ok((await page.textContent("#resource-note")).startsWith(VERSION));
    await page.click("#own");
    await page.waitForFunction(() => !!document.getElementById("key")?.value);
    await page.getByLabel("Leave it open").check();
    await page.click("#check");
    await page.waitForSelector("#verdict[data-verdict=undecided]");
    assert.equal(await page.locator("#steps li.failed").count(), 0);
    await accessible(page);
    await page.goto(`${ADDRESS}/check.html?resource=${encodeURIComponent(`${ADDRESS}/fhir/${VERSION}`)}`);
    await noted(page);
    nothingElsewhere(seen);
    await closes({ context });
  });

  test("asks nobody for what is no version of this server, and says what it was not given", async () => {
    const { context, page, seen } = await visitor(browser);
    for (const elsewhere of ["https://evil.example/fhir/Patient/1/_history/1", "//evil.example/Patient/1/_history/1", "../actuator/info", "Patient/x/_history/1/$erase", "javascript:alert(1)"]) {
      await page.goto(`${ADDRESS}/check.html?resource=${encodeURIComponent(elsewhere)}`);
      await page.waitForSelector("#check");
      assert.deepEqual(seen.requests.filter((url) => url.includes("/fhir/") && !url.includes("check.html")), [], elsewhere);
    }
    await page.goto(`${ADDRESS}/check.html?resource=${VERSION}`);
    await page.getByText("This server did not give this record and its proof.").waitFor();
    assert.match(await page.textContent("#answer"), /Observation\/demo-patient-weight\/_history\/1.*: 401/);
    nothingElsewhere(seen);
    await closes({ context });
  });
});

/** On the page of the API: the patient's own record, which is answered. */
async function triesARead(page) {
  await page.locator("#api .opblock").first().waitFor();
  await page.selectOption("#part", "Patient");
  const read = page.locator("#api .opblock-get").filter({ has: page.locator('[data-path="/Patient/{id}"]') });
  await read.locator(".opblock-summary-control").click();
  await read.getByRole("button", { name: "Try it out" }).click();
  await read.locator("tr[data-param-name=id] input").fill("demo-patient");
  await read.getByRole("button", { name: "Execute" }).click();
  await read.locator(".live-responses-table td.response-col_status").filter({ hasText: "200" }).waitFor();
}

describe("CON-2 the page of the API", { concurrency: false }, () => {
  test("shows what the server answers, and tries a request as who is signed in", async () => {
    const { context, page, seen } = await signedIn(browser, "demo-patient");
    await page.getByRole("navigation").getByText("API").click();
    await page.getByRole("heading", { level: 1, name: "The API" }).waitFor();
    await triesARead(page);
    assert.ok(!(await page.textContent("#api")).includes("Bearer"));
    await picture(page, "api");
    await accessible(page);
    const write = page.locator("#api .opblock-post").first();
    await write.locator(".opblock-summary-control").click();
    await write.getByRole("button", { name: "Try it out" }).click();
    await accessible(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await accessible(page);
    await narrow(page);
    nothingElsewhere(seen);
    assert.deepEqual(seen.complaints.filter((one) => /^dialog|Error:|script-src|connect-src/.test(one)), []);
    await closes({ context });
  });
});

describe("CON-7 in German and in the dark", { concurrency: false }, () => {
  const DARK = { locale: "de-DE", colorScheme: "dark" };

  test("a record that was opened by its address, with its proof; what a search finds; and a refusal", async () => {
    const patient = await signedIn(browser, "demo-patient", DARK);
    const { context, page, seen } = patient;
    for (const [place, shown, name] of [
      [WEIGHT, "[data-proof]", "open"],
      ["Observation?patient=Patient/demo-patient", "[data-record]", "open-search"],
      ["Observation/none-of-this-id", "[role=alert][data-status]", "open-refused"],
    ]) {
      await page.goto(`${ADDRESS}/#/open/${place}`);
      await page.getByRole("heading", { level: 1, name: "Ein Eintrag" }).waitFor();
      await page.waitForSelector(shown);
      await unfolded(page);
      await accessible(page);
      const size = page.viewportSize();
      await narrow(page);
      await page.setViewportSize(size);
      await picture(page, `${name}-de-dark`);
    }
    nothingElsewhere(seen);
    await closes({ context });
  });

  test("the page of the API, with an answer", async () => {
    const { context, page, seen } = await signedIn(browser, "demo-patient", DARK);
    await page.goto(`${ADDRESS}/#/api`);
    await page.getByRole("heading", { level: 1, name: "Die Schnittstelle" }).waitFor();
    await triesARead(page);
    await accessible(page);
    await narrow(page);
    await picture(page, "api-de-dark");
    nothingElsewhere(seen);
    await closes({ context });
  });
});

/** Opens what a page folds. */
function unfolded(page) {
  return page.evaluate(() => document.querySelectorAll("main details").forEach((one) => (one.open = true)));
}

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
    await closes({ context });
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
    const token = await bearer(page);
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
    await closes({ context });
  });

  test("ends with signing out, for whoever kept it too", async () => {
    const { context, page } = await signedIn(browser, "demo-patient");
    const token = await bearer(page);
    await page.click("#sign-out");
    await page.waitForSelector("#sign-in");
    const answer = await fetch(`${ADDRESS}/fhir/${WEIGHT}`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 401);
    assert.equal(await page.locator("#not-ended").count(), 0);
    await page.goBack().catch(() => undefined);
    assert.equal(await page.locator("#person").count(), 0);
    await closes({ context });
  });
});

describe("SIGN-2 an answer of the sign-in", { concurrency: false }, () => {
  test("signs in as it came, with one exchange of its code", async () => {
    const one = await visitor(browser);
    await comesBack(one, {});
    await one.page.waitForSelector("#person b:not(:empty)");
    assert.equal(exchanged(one).length, 1);
    await closes(one);
  });

  for (const [what, iss] of [["in another issuer's name", `${ADDRESS}.evil.example`], ["with the issuer's name and a slash", `${ADDRESS}/`], ["in an empty name", ""], ["in nobody's name", null]]) {
    test(`${what} is not used, though its code and state are good: no code is sent anywhere`, async () => {
      const one = await visitor(browser);
      const came = await comesBack(one, { iss });
      assert.ok(came.searchParams.get("code").length > 20 && came.searchParams.get("state"));
      assert.deepEqual(exchanged(one), []);
      await nobodyIsSignedIn(one);
      nothingElsewhere(one.seen);
      await closes(one);
    });
  }

  test("that another browser was given is not used: neither with that browser's state nor with one's own", async () => {
    const other = await visitor(browser);
    const came = await comesBack(other, { code: null, state: null });
    assert.deepEqual(exchanged(other), []);
    const one = await visitor(browser);
    const { page, seen } = one;
    await page.goto(came.href);
    await nobodyIsSignedIn(one);
    assert.deepEqual(exchanged(one), []);
    await page.click("#sign-in");
    await page.waitForSelector('button[value="demo-patient"]');
    const asked = seen.requests.map((url) => new URL(url)).find(({ pathname }) => pathname === "/oauth2/authorize");
    came.searchParams.set("state", asked.searchParams.get("state"));
    // The state is this browser's, the code is not: the issuer refuses it, since the verifier is another.
    const [refused] = await Promise.all([page.waitForResponse((answer) => answer.url().includes("/oauth2/token")), page.goto(came.href)]);
    assert.equal(refused.status(), 400);
    await nobodyIsSignedIn(one);
    await closes(one);
    await closes(other);
  });
});

describe("SIGN-2 a link of somebody else's", { concurrency: false }, () => {
  const OPTIONS = "clientId=evil&launch=x&patientId=x&fhirServiceUrl=https://evil.example.org/fhir";

  for (const query of ["code=stolen&state=x", `code=stolen&state=x&iss=${ADDRESS}`, "error=x&state=y", `code=stolen&state=x&iss=${ADDRESS}.evil.example`, `code=stolen&state=x&iss=${ADDRESS}&${OPTIONS}`]) {
    test(`${query}: signs nobody in, its code goes nowhere, and who then signs in does so here`, async () => {
      const one = await visitor(browser);
      const { page, seen } = one;
      await page.goto(`${ADDRESS}/?${query}`);
      await nobodyIsSignedIn(one);
      assert.deepEqual(exchanged(one), []);
      await page.click("#sign-in");
      await page.waitForSelector('button[value="demo-patient"]');
      const asked = seen.requests.map((url) => new URL(url)).find(({ pathname }) => pathname === "/oauth2/authorize").searchParams;
      assert.deepEqual([asked.get("client_id"), asked.get("aud"), asked.get("launch")], ["fhir-anchor-console", `${ADDRESS}/fhir`, null]);
      nothingElsewhere(seen);
      await closes(one);
    });
  }
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
    await closes({ context });
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
    await closes({ context });
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
    await closes({ context });
  });
});
