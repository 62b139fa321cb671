// Chromium's virtual authenticator: a device that signs with a passkey when somebody lays a finger on it.

/** Puts one beside a page; `lose` takes it and its passkeys away, and while it `waits` nobody lays a finger on it. */
export async function fingerprint(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    lose: () => devtools.send("WebAuthn.disable"),
    waits: (yes) => page.evaluate(hold, yes),
  };
}

/** Runs in the page. Chromium's device forgets what it was asked while nobody was there: so the page's call waits before it. */
function hold(yes) {
  if (!yes) {
    globalThis.layFinger();
    return;
  }
  const { credentials } = navigator;
  const real = credentials.get;
  const laid = new Promise((resolve) => {
    globalThis.layFinger = resolve;
  });
  credentials.get = async (options) => {
    await laid;
    return real.call(credentials, options);
  };
}
