// oauth4webapi, unchanged: checks each answer as its specification says. Arguments: FHIR base.
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { Browser } from './browser.mjs';

const [base] = process.argv.slice(2);
const issuer = new URL(new URL(base).origin);
const app = `${issuer.origin}/`;
const loopback = { [oauth.allowInsecureRequests]: true };

const found = await oauth.discoveryRequest(issuer, { ...loopback, algorithm: 'oidc' });
// The issuer's name has no slash at its end, as SMART and RFC 8414 want it.
const server = await oauth.processDiscoveryResponse(issuer, found);
const client = { client_id: 'fhir-anchor-console' };
const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const request = new URL(server.authorization_endpoint);
request.search = new URLSearchParams({
  response_type: 'code',
  client_id: client.client_id,
  redirect_uri: app,
  scope: 'openid fhirUser online_access user/*.rs',
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  aud: base,
  state,
}).toString();

const back = await new Browser().signIn(request, `${app}?`, 'demo-clinician');
// Throws unless state and iss (RFC 9207) are those of this request and this issuer.
const parameters = oauth.validateAuthResponse(server, client, back, state);
const answer = await oauth.authorizationCodeGrantRequest(
  server, client, oauth.None(), parameters, app, verifier, loopback);
const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
  requireIdToken: true,
});
const identity = oauth.getValidatedIdTokenClaims(tokens);
assert.equal(identity.fhirUser, `${base}/Practitioner/demo-clinician`);
await oauth.validateApplicationLevelSignature(server, answer, loopback);

const mixed = new URL(back);
mixed.searchParams.set('iss', 'https://other.example');
assert.throws(() => oauth.validateAuthResponse(server, client, mixed, state), /iss/);

const read = await oauth.protectedResourceRequest(
  tokens.access_token, 'GET', new URL(identity.fhirUser), undefined, undefined, loopback);
assert.equal(read.status, 200);
console.log('oauth4webapi read its user');
