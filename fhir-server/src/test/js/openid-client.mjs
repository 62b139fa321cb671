// openid-client, unchanged: registers, signs in, refreshes, reads, revokes. Arguments: FHIR base.
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { Browser } from './browser.mjs';

const [base] = process.argv.slice(2);
const issuer = new URL(base).origin;
const app = 'http://127.0.0.1:9127/callback';

const config = await client.dynamicClientRegistration(
  new URL(issuer),
  { client_name: 'openid-client', redirect_uris: [app], token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'] },
  client.None(),
  { execute: [client.allowInsecureRequests] },
);
const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const nonce = client.randomNonce();
const request = client.buildAuthorizationUrl(config, {
  redirect_uri: app,
  scope: 'openid fhirUser launch/patient patient/*.rs offline_access',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  aud: base,
  state,
  nonce,
});
const back = await new Browser().signIn(request, app, 'demo-patient');
const tokens = await client.authorizationCodeGrant(config, back, {
  pkceCodeVerifier: verifier,
  expectedState: state,
  expectedNonce: nonce,
  idTokenExpected: true,
});
assert.equal(tokens.patient, 'demo-patient');
assert.equal(tokens.claims().fhirUser, `${base}/Patient/demo-patient`);
const user = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
assert.equal(user.sub, 'demo-patient');

const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
const read = await fetch(refreshed.claims().fhirUser, {
  headers: { authorization: `Bearer ${refreshed.access_token}` },
});
assert.equal(read.status, 200);
await client.tokenRevocation(config, refreshed.refresh_token);
await assert.rejects(client.refreshTokenGrant(config, refreshed.refresh_token), { error: 'invalid_grant' });
console.log('openid-client read its user');
