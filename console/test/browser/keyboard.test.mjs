// Each page's main task, by the keyboard alone: Tab goes to what operates it, Enter or Space operates it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ADDRESS, asks, asksWho, closes, endsBrowser, nothingElsewhere, openBrowser, signedIn, visitor } from "./browser.mjs";
import { fingerprint } from "./fingerprint.mjs";

const WEIGHT = "Observation/demo-patient-weight";
const MOST_TABS = 150;
const DOWNLOAD = "a file that is saved";
const CHOOSER = "a file that is chosen";
/** The Consent that was written last. */
const NEWEST = "[data-consent] >> nth=0 >>";

/**
 * Whose page, where it is, what stands on it first, and then step by step: what Tab goes to, the keys that are pressed there, and what appears, or
 * is asked for. What is no name of a key is typed.
 */
const PAGES = [
  [undefined, "#/", "h1", [["main a[href='#/sign-in']", "Enter", "main button"], ["main button", "Enter", "button[value='demo-patient']"], ["button[value='demo-patient']", "Enter", "#person b:not(:empty)"]]],
  [undefined, "#/server", "[data-part=anchor]", [["main button", "Enter", "/actuator/health"]]],
  [
    undefined,
    "check.html",
    "#check",
    [
      ["[aria-describedby=resource-title]", "Enter", CHOOSER],
      ["[aria-describedby=folder-title] >> nth=1", "Space", CHOOSER],
      ["#own", "Enter", "#key:not([value=''])"],
      ["#check", "Enter", "[role=alert]"],
    ],
  ],
  ["demo-patient", "#/data", "[data-record]", [["[data-record] summary", "Space", "[data-record] details[open]"], ["[data-record] button", "Enter", "[data-proof]"], ["[data-save=proof]", "Enter", DOWNLOAD]]],
  ["demo-patient", "#/saw", "#counted", [["#own summary", "Enter", "#own details[open]"], ["#check-proofs", "Enter", "[data-proofs]"], ["#save-proofs", "Space", DOWNLOAD]]],
  ["demo-patient", "#/keys", "#keys", [["#passkey", "Enter", "#passkey-done"], ["#veto", "Space", "#veto-done"], ["#custody", "Enter", "#custody-done"]]],
  [
    "demo-patient",
    "#/may",
    "main a[href='#/grant']",
    [
      ["main a[href='#/grant']", "Enter", "#who"],
      ["#who", "Clara", "main form:first-of-type button:not([disabled])"],
      ["main form button", "Enter", "input[value='Practitioner/demo-clinician']"],
      ["input[value='Practitioner/demo-clinician']", "Space", "input[value='Practitioner/demo-clinician']:checked"],
      ["fieldset input[type=checkbox]", "Space", "fieldset input[value=Observation]"],
      ["fieldset input[value=Observation]", "Space", "fieldset input[value=Observation]:checked"],
      ["input[value=TREAT]", "ArrowDown", "input[value=HPAYMT]:checked"],
      ["#until", "12122099", "#until"],
      ["form:has(#until) button", "Enter", "#digest"],
      ["#sign", "Enter", "#signed[data-state=granted]"],
      ["#signed a", "Enter", `${NEWEST} [data-state=granted]`],
      [`${NEWEST} button:has-text('What would the server decide now?')`, "Space", "[data-decision]"],
      [`${NEWEST} button:has-text('Withdraw')`, "Enter", "button:has-text('Yes, withdraw now')"],
      [`${NEWEST} button:has-text('Yes, withdraw now')`, "Enter", `${NEWEST} :is([data-state=revoked], [data-state=pending])`],
    ],
  ],
  ["demo-patient", `#/open/${WEIGHT}`, "[data-proof]", [["summary", "Enter", "details[open]"], ["[data-save=record]", "Enter", DOWNLOAD], ["[data-proof] a", "Enter", "#check"]]],
  [
    "demo-patient",
    "#/api",
    "#part option[value=Patient]",
    [
      ["#part", "Patient", "#api [data-path='/Patient/{id}']"],
      ["#api .opblock-get:has([data-path='/Patient/{id}']) .opblock-summary-control", "Enter", "#api .try-out__btn"],
      ["#api .try-out__btn", "Enter", "#api tr[data-param-name=id] input:not([disabled])"],
      ["#api tr[data-param-name=id] input", "demo-patient", "#api .execute"],
      ["#api .execute", "Enter", "#api .live-responses-table"],
    ],
  ],
  ["demo-clinician", "#/records", "#reference", [["#reference", WEIGHT, "#open:not([disabled])"], ["#open", "Enter", "[role=alert][data-status='403']"]]],
  [
    "demo-emergency",
    "#/records",
    "#reference",
    [
      ["#reference", WEIGHT, "#open:not([disabled])"],
      ["#emergency summary", "Enter", "#reason"],
      ["#reason", "found unconscious", "#break-glass:not([disabled])"],
      ["#break-glass", "Enter", "#opened-because"],
    ],
  ],
  [
    "demo-compliance",
    "#/journal",
    "#search",
    [["#journal-patient", "demo-patient", "#search"], ["#journal-outcome", "Refused", "#journal-outcome"], ["#search", "Enter", "#lines [data-outcome]"], ["#lines summary", "Enter", "#lines details[open]"]],
  ],
  [
    "demo-compliance",
    "#/accounting",
    "#patient",
    [["#patient", "demo-patient", "#show:not([disabled])"], ["#show", "Enter", "#period"], ["#save-csv", "Enter", DOWNLOAD], ["#save-page", "Space", DOWNLOAD], ["#check-proofs", "Enter", "[data-proofs]"]],
  ],
  ["demo-compliance", "#/store", "#start", [["#start", "Enter", "#report"], ["#save-csv", "Enter", DOWNLOAD]]],
  ["demo-compliance", "#/exports", "#start", [["#export-format", "C", "#start"], ["#start", "Enter", "#files"], ["[data-file]", "Enter", DOWNLOAD], ["#end", "Enter", "main:not(:has(#files))"]]],
  ["demo-compliance", "#/trend", "#counts", [["input[value='14']", "ArrowRight", "#counts tr:nth-child(30)"]]],
  ["demo-operator", "#/server", "#anchors", [["main button", "Space", "/actuator/anchors"], ["nav a[href='#/api']", "Enter", "#api .opblock"]]],
];
const KEYS = /^(?:Enter|Space|Arrow(?:Up|Down|Left|Right))$/;

let browser;
const people = {};

before(async () => {
  browser = await openBrowser();
  const doctor = await signedIn(browser, "demo-emergency");
  await asks(doctor, WEIGHT);
  await closes(doctor);
});

after(() => endsBrowser(browser));

/** Nobody chooses a file: that it was asked for is enough. */
function handedOver() {}

/** Goes on with the key Tab until something has the focus. */
async function tabTo(page, control) {
  const wanted = page.locator(control).first();
  await wanted.waitFor({ state: "attached" });
  for (let press = 0; press < MOST_TABS; press++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`${MOST_TABS} times Tab, and not there: ${control}`);
}

async function operates(page, key, appears) {
  const press = () => (KEYS.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
  if (appears === DOWNLOAD || appears === CHOOSER) {
    await Promise.all([page.waitForEvent(appears === DOWNLOAD ? "download" : "filechooser"), press()]);
    return;
  }
  if (appears.startsWith("/")) {
    await Promise.all([page.waitForRequest((request) => request.url().includes(appears)), press()]);
    return;
  }
  await press();
  await page.locator(appears).first().waitFor({ state: "attached" });
}

async function goesThrough(page, steps) {
  for (const [control, key, appears] of steps) {
    await tabTo(page, control);
    await operates(page, key, appears);
  }
}

/** The browser of somebody, which stays signed in. */
async function of(person) {
  if (person === undefined) {
    return visitor(browser);
  }
  if (people[person] === undefined) {
    people[person] = await signedIn(browser, person);
    await fingerprint(people[person].page);
  }
  return people[person];
}

describe("CON-7 by the keyboard alone", { concurrency: false }, () => {
  for (const [person, place, first, steps] of PAGES) {
    test(`${place} of ${person ?? "everybody"}`, async () => {
      const one = await of(person);
      const { page, seen } = one;
      // From the start: a chooser that opens while Chromium is only being told to hand it over is handed to nobody.
      page.on("filechooser", handedOver);
      await page.goto(`${ADDRESS}/${place}`);
      await page.reload();
      await page.locator(first).first().waitFor({ state: "attached" });
      await goesThrough(page, steps);
      page.off("filechooser", handedOver);
      nothingElsewhere(seen);
      if (person === undefined) {
        await closes(one);
      }
    });
  }

  test("the language, the colours, and signing out", async () => {
    const { page } = await of("demo-clinician");
    await page.goto(`${ADDRESS}/#/`);
    await page.reload();
    await page.locator("#person b:not(:empty)").waitFor();
    await goesThrough(page, [
      ["header input[value=en]", "ArrowRight", "html[lang=de]"],
      ["header button[aria-label='Dunkle Farben']", "Enter", "html[data-mantine-color-scheme=dark]"],
      ["#sign-out", "Enter", "#sign-in"],
      ["#sign-in", "Enter", "button[value='demo-clinician']"],
    ]);
    await asksWho(page, "demo-clinician");
  });
});

describe("CON-7 SIGN-2l the pages of the sign-in by the keyboard alone", { concurrency: false }, () => {
  const APP = `${ADDRESS}/check.html`;
  let id;

  before(async () => {
    const registered = await fetch(`${ADDRESS}/oauth2/register`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ client_name: "by keyboard", redirect_uris: [APP], launch_uri: APP, token_endpoint_auth_method: "none" }),
    });
    assert.equal(registered.status, 201);
    id = (await registered.json()).client_id;
  });

  const request = () =>
    `${ADDRESS}/oauth2/authorize?${new URLSearchParams({ response_type: "code", client_id: id, redirect_uri: APP, scope: "launch/patient patient/*.rs", state: "s", aud: `${ADDRESS}/fhir`, code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" })}`;

  test("to sign in, to name the patient, and to allow", async () => {
    const one = await visitor(browser);
    const { page } = one;
    await page.goto(request());
    await goesThrough(page, [["button[value='demo-clinician']", "Enter", "#allow"], ["input[name=patient]", "demo-patient", "#allow"], ["#allow", "Space", "#check"]]);
    assert.ok(new URL(page.url()).searchParams.get("code"), page.url());
    await closes(one);
  });

  test("not to allow, after another language", async () => {
    const one = await visitor(browser);
    const { page } = one;
    await page.goto(request());
    await goesThrough(page, [["button[value='demo-patient']", "Enter", "#allow"], ["a:text-is('Deutsch')", "Enter", "button:text-is('Nicht erlauben')"], ["button:text-is('Nicht erlauben')", "Enter", "#check"]]);
    assert.equal(new URL(page.url()).searchParams.get("error"), "access_denied");
    await closes(one);
  });

  test("to launch an app", async () => {
    const one = await visitor(browser);
    const { page } = one;
    await page.goto(`${ADDRESS}/oauth2/launch`);
    await goesThrough(page, [["button[value='demo-clinician']", "Enter", "input[name=patient]"], ["input[name=patient]", "demo-patient", `button[value='${id}']`], [`button[value='${id}']`, "Enter", "#check"]]);
    assert.ok(new URL(page.url()).searchParams.get("launch"), page.url());
    await closes(one);
  });
});
