// A passkey as the registry sees one (PEOPLE.md KEY-2): what an authenticator signs, and how it is written for the
// contract. The same bytes on every run, unlike those of a real authenticator.
import { createHash } from "node:crypto";
import { p256 } from "@noble/curves/p256";
import { concat, encodeAbiParameters, getContractAddress, hexToBytes, keccak256, parseAbiParameters, slice, toHex } from "viem";

const assertion = parseAbiParameters("uint256, uint256, uint256, uint256, bytes, string");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();

/** User present, user verified (WebAuthn, authenticator data). */
export const VERIFIED = 0x05;
export const PRESENT = 0x01;

/** The verifier that a registry deploys as the first thing it does. */
export const verifierOf = (registry) => getContractAddress({ from: registry, nonce: 1n });

/** One key of one site. */
export class Passkey {
  constructor(secret, verifier, site) {
    this.secret = hexToBytes(secret);
    this.site = sha256(site);
    const point = p256.getPublicKey(this.secret, false);
    this.publicKey = toHex(point.slice(1));
    this.signer = concat([verifier, this.publicKey, toHex(this.site)]);
    this.address = slice(keccak256(this.signer), 12);
  }

  /** What the browser hands over for this challenge. */
  assertion(challenge, origin, { flags = VERIFIED, site = this.site, type = "webauthn.get" } = {}) {
    const authenticatorData = Buffer.concat([site, Buffer.from([flags, 0, 0, 0, 7])]);
    const clientDataJSON = JSON.stringify({ type, challenge: Buffer.from(hexToBytes(challenge)).toString("base64url"), origin, crossOrigin: false });
    const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
    const signature = p256.sign(sha256(signed), this.secret, { lowS: true });
    return { authenticatorData: toHex(authenticatorData), clientDataJSON, signature };
  }

  /** The signature that grant() and revokeBySignature() take. */
  encode({ authenticatorData, clientDataJSON, signature: { r, s } }) {
    const [challenge, type] = ['"challenge":', '"type":'].map((name) => BigInt(clientDataJSON.indexOf(name)));
    return concat([this.signer, encodeAbiParameters(assertion, [r, s, challenge, type, authenticatorData, clientDataJSON])]);
  }

  sign(challenge, origin, changes) {
    return this.encode(this.assertion(challenge, origin, changes));
  }
}
