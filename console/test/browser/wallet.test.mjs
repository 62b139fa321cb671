// A patient whose key is in a wallet (EIP-1193): it is set up, permits and withdraws, and no passkey is asked for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hashTypedData } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { accessible, ADDRESS, closes, endsBrowser, narrow, nothingElsewhere, openBrowser, picture, signedIn } from "./browser.mjs";
import { fingerprint } from "./fingerprint.mjs";

const REFUSED = { code: 4001, message: "User rejected the request <img src=x>." };

let browser;

before(async () => {
  browser = await openBrowser();
});

after(() => endsBrowser(browser));

/** As an extension puts it into each page; what it signs, it signs outside of the page. */
async function withWallet(page) {
  const account = privateKeyToAccount(generatePrivateKey());
  const signed = [];
  let willing = true;
  const shown = [];
  await page.exposeFunction("walletSigns", async (typed) => {
    const { primaryType } = JSON.parse(typed);
    signed.push(primaryType);
    const digests = await page.locator(primaryType === "ConsentGrant" ? "#digest" : `[data-digest=${primaryType}]`).allTextContents();
    shown.push(digests.includes(hashTypedData(JSON.parse(typed)).slice(2)));
    return willing ? account.signTypedData(JSON.parse(typed)) : "";
  });
  await page.addInitScript(
    ([address, refused]) => {
      const signs = async ([, typed]) => {
        const signature = await globalThis.walletSigns(typed);
        if (signature === "") {
          throw refused;
        }
        return signature;
      };
      globalThis.ethereum = { request: async ({ method, params }) => (method === "eth_signTypedData_v4" ? signs(params) : [address]) };
    },
    [account.address, REFUSED],
  );
  return { address: account.address, signed, shown, refuses: (no) => (willing = !no) };
}

async function goTo(page, place, title) {
  await page.goto(`${ADDRESS}/${place}`);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

test("CON-3 KEY-1 KEY-4 a key of a wallet is set up, is kept, permits and withdraws, each digest is shown before it signs, and its refusal is told", async () => {
  const { context, page, seen } = await signedIn(browser, "demo-patient");
  await goTo(page, "#/keys", "My keys");
  assert.equal(await page.locator("#wallet").count(), 0);
  const wallet = await withWallet(page);
  await goTo(page, "#/keys", "My keys");
  wallet.refuses(true);
  await page.click("#wallet");
  await page.getByText(REFUSED.message).waitFor();
  wallet.refuses(false);
  await page.click("#wallet");
  await page.waitForSelector("#wallet-done");
  const key = page.locator("#keys [data-key=wallet][data-current=true]");
  assert.ok((await key.textContent()).toLowerCase().includes(wallet.address.toLowerCase()));
  await accessible(page);
  await narrow(page);
  await picture(page, "wallet-keys-360");
  await page.setViewportSize({ width: 1100, height: 800 });
  await page.click("#veto");
  await page.waitForSelector("#veto-done");
  assert.ok((await page.textContent("#veto-done")).toLowerCase().includes(wallet.address.toLowerCase()));

  await goTo(page, "#/grant", "Permit somebody");
  await page.fill("#who", "Clara");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByLabel("Dr. Clara Clinician").check();
  await page.getByRole("button", { name: "Read the terms" }).click();
  await page.waitForSelector("#digest");
  const [, consent] = /#\/sign\/([A-Za-z0-9.-]+)/.exec(page.url());
  await page.getByRole("button", { name: "Sign with my wallet" }).click();
  await page.waitForSelector("#signed[data-state=granted]");

  await goTo(page, "#/may", "Who may see it");
  const card = page.locator(`[data-consent='${consent}']`);
  await card.locator("[data-state=granted]").waitFor();
  await card.getByRole("button", { name: "Withdraw", exact: true }).click();
  await card.getByRole("button", { name: "Yes, withdraw now" }).click();
  await card.locator("[data-state=revoked], [data-state=pending]").waitFor();
  assert.deepEqual(wallet.signed, ["KeyBinding", "KeyBinding", "KeyBinding", "ConsentGrant", "ConsentRevocation"]);
  assert.deepEqual(wallet.shown, [true, true, true, true, true]);
  nothingElsewhere(seen);
  assert.deepEqual(seen.complaints.filter((one) => !one.includes("favicon.ico")), []);
  await closes({ context });
});

test("KEY-4 a wallet that does not have the key that is bound vetoes nothing", async () => {
  const { context, page } = await signedIn(browser, "demo-patient");
  const wallet = await withWallet(page);
  await goTo(page, "#/keys", "My keys");
  await page.locator("#keys [data-key=wallet][data-current=true]").waitFor();
  await page.click("#veto");
  await page.getByText("Your wallet does not have the key").waitFor();
  assert.deepEqual(wallet.signed, []);
  await closes({ context });
});

test("CON-3 a wallet that is locked keeps nobody from permitting and withdrawing with a passkey", async () => {
  const { context, page } = await signedIn(browser, "demo-patient");
  await fingerprint(page);
  await page.addInitScript(() => {
    globalThis.ethereum = { request: () => Promise.reject({ code: 4100, message: "The requested account has not been authorized by the user." }) };
  });
  await goTo(page, "#/keys", "My keys");
  await page.click("#passkey");
  await page.waitForSelector("#passkey-done");
  await goTo(page, "#/grant", "Permit somebody");
  await page.fill("#who", "Clara");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByLabel("Dr. Clara Clinician").check();
  await page.getByRole("button", { name: "Read the terms" }).click();
  await page.locator("#sign, main [role=alert]").first().waitFor();
  const [, consent] = /#\/sign\/([A-Za-z0-9.-]+)/.exec(page.url());
  await page.getByRole("button", { name: "Sign with my passkey" }).click({ timeout: 10_000 });
  await page.waitForSelector("#signed[data-state=granted]");
  await goTo(page, "#/may", "Who may see it");
  const card = page.locator(`[data-consent='${consent}']`);
  await card.getByRole("button", { name: "Withdraw", exact: true }).click();
  await card.getByRole("button", { name: "Yes, withdraw now" }).click();
  await card.locator("[data-state=revoked], [data-state=pending]").waitFor();
  await closes({ context });
});
