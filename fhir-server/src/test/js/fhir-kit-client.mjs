// fhir-kit-client, unchanged: finds out where to sign in, as smartAuthMetadata does, and reads. Arguments: FHIR base.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'fhir-kit-client';
import { Browser } from './browser.mjs';

const [base] = process.argv.slice(2);
const app = `${new URL(base).origin}/`;
const verifier = randomBytes(32).toString('base64url');

// It asks for the SMART document and the CapabilityStatement at once, and takes the answer that comes first.
const client = new Client({ baseUrl: base });
const { authorizeUrl, tokenUrl } = await client.smartAuthMetadata();
assert.equal(authorizeUrl.href, `${app}oauth2/authorize`);
assert.equal(tokenUrl.href, `${app}oauth2/token`);

authorizeUrl.search = new URLSearchParams({
  response_type: 'code',
  client_id: 'fhir-anchor-console',
  redirect_uri: app,
  scope: 'openid fhirUser user/*.rs',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
  aud: base,
  state: 'one',
}).toString();
const back = await new Browser().signIn(authorizeUrl, `${app}?`, 'demo-clinician');
const answer = await fetch(tokenUrl, {
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'authorization_code',
    code: back.searchParams.get('code'),
    redirect_uri: app,
    client_id: 'fhir-anchor-console',
    code_verifier: verifier,
  }),
});
assert.equal(answer.status, 200);

client.bearerToken = (await answer.json()).access_token;
const user = await client.read({ resourceType: 'Practitioner', id: 'demo-clinician' });
assert.equal(user.name[0].text, 'Dr. Clara Clinician');
console.log('fhir-kit-client read its user');
