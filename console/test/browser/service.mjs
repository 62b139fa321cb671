// A back-end service, as an operator registers one: it writes what belongs to no patient.
import { createRequire } from "node:module";
import assert from "node:assert/strict";
import { ADDRESS, bearer } from "./browser.mjs";

const { exportJWK, generateKeyPair, SignJWT } = createRequire(import.meta.url)("jose");
const TOKEN = `${ADDRESS}/oauth2/token`;

/** Registers one with the token of an operator who is signed in, and gets its token. */
export async function serviceToken(operator, scope = "system/*.cruds") {
  const { publicKey, privateKey } = await generateKeyPair("ES384", { extractable: true });
  const registered = await fetch(`${ADDRESS}/oauth2/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${await bearer(operator.page)}` },
    body: JSON.stringify({ grant_types: ["client_credentials"], token_endpoint_auth_method: "private_key_jwt", scope, jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: "k", use: "sig" }] } }),
  });
  assert.equal(registered.status, 201);
  const { client_id } = await registered.json();
  const assertion = new SignJWT({}).setProtectedHeader({ alg: "ES384", kid: "k" }).setIssuer(client_id).setSubject(client_id).setAudience(TOKEN).setJti(crypto.randomUUID()).setExpirationTime("4m");
  const answer = await fetch(TOKEN, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      scope,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await assertion.sign(privateKey),
    }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()).access_token;
}
