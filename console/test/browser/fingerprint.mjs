// Chromium's virtual authenticator: a device that signs with a passkey when somebody lays a finger on it.

/** Puts one beside a page; `lose` takes it and its passkeys away, and while it `waits` nobody lays a finger on it. */
export async function fingerprint(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
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
    waits: (yes) => devtools.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: !yes }),
  };
}
