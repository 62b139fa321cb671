// Takes the documentation's pictures of the console in Chromium, of a demo server that runs (make run).
// usage: node tools/pictures.mjs [http://localhost:8080]
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

process.env.CONSOLE_ADDRESS = process.argv[2] ?? "http://localhost:8080";
const { ADDRESS, openBrowser, signedIn } = await import("../test/browser/browser.mjs");

const MOST_BYTES = 60 * 1000;
const TO = path.join(import.meta.dirname, "../../docs/pictures");
const WEIGHT = "Observation/demo-patient-weight";
const SIZE = { viewport: { width: 820, height: 640 }, locale: "en-GB", colorScheme: "light" };

mkdirSync(TO, { recursive: true });
const browser = await openBrowser();
try {
  await lookAt("demo-clinician", {});
  await lookAt("demo-emergency", { "X-Break-Glass-Reason": "found unconscious" });
  const { page } = await signedIn(browser, "demo-patient", SIZE);
  // Names come after the lines that they stand in.
  await taken(page, "who-saw", "#/saw", "text=Dr. Emma Emergency");
  await taken(page, "record", `#/open/${WEIGHT}`, "[data-proof=fits]");
  const { page: officer } = await signedIn(browser, "demo-compliance", SIZE);
  await officer.goto(`${ADDRESS}/#/journal`);
  await officer.fill("#journal-patient", "Patient/demo-patient");
  await officer.click("#search");
  await taken(officer, "journal", undefined, "[data-outcome]");
  await taken(officer, "over-time", "#/trend", "#counts");
} finally {
  await browser.close();
}

/** Somebody tries, and somebody opens the record in an emergency: something to see. */
async function lookAt(person, headers) {
  const { context, page } = await signedIn(browser, person);
  await page.evaluate(
    async ([address, more]) => {
      const { tokenResponse } = JSON.parse(sessionStorage.getItem(JSON.parse(sessionStorage.getItem("SMART_KEY"))));
      await fetch(address, { headers: { ...more, Authorization: `Bearer ${tokenResponse.access_token}` } });
    },
    [`${ADDRESS}/fhir/${WEIGHT}`, headers],
  );
  await context.close();
}

/** WebP, which browsers and GitHub show, and which is a third of PNG. */
async function taken(page, name, place, shown) {
  if (place !== undefined) {
    await page.goto(`${ADDRESS}/${place}`);
  }
  await page.waitForSelector(shown);
  await page.evaluate(() => scrollTo(0, 0));
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: 75 });
  const picture = Buffer.from(data, "base64");
  if (picture.length > MOST_BYTES) {
    throw new Error(`${name}: ${picture.length} bytes, want at most ${MOST_BYTES}`);
  }
  writeFileSync(path.join(TO, `${name}.webp`), picture);
  console.log(`docs/pictures/${name}.webp ${picture.length} bytes`);
}
