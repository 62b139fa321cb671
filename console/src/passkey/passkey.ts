// Passkeys (WebAuthn) that sign digests of typed data. Which key is whose is known from its signature: nothing of it need be kept here.
import { p256 } from "@noble/curves/p256";
import { sha256 } from "@noble/hashes/sha2";
import { keccak_256 } from "@noble/hashes/sha3";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils";
import type { TypedData } from "./typed-data";

/** As $enroll-key, $grant and $revoke take a passkey's signature. */
export type PasskeySignature = {
  publicKey: string;
  authenticatorData: string;
  clientDataJSON: string;
  signature: string;
};

const ES256 = -7;
const NO_KEY = "this passkey is not the one that was set up for your consents";

/** A new passkey for this site. Its user id is a new one each time, or the authenticator would drop the passkey of before. */
export async function createPasskey(site: string, person: string): Promise<{ id: ArrayBuffer; publicKey: string }> {
  const made = (await navigator.credentials.create({
    publicKey: {
      rp: { id: location.hostname, name: site },
      user: { id: crypto.getRandomValues(new Uint8Array(32)), name: person, displayName: person },
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      pubKeyCredParams: [{ type: "public-key", alg: ES256 }],
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    },
  })) as PublicKeyCredential | null;
  const key = made && (made.response as AuthenticatorAttestationResponse).getPublicKey();
  if (!made || !key) {
    throw new Error("no passkey was made");
  }
  return { id: made.rawId, publicKey: base64url(new Uint8Array(key)) };
}

/** The signature of a passkey that was just made. */
export async function signWith(id: ArrayBuffer, publicKey: string, digest: Uint8Array): Promise<PasskeySignature> {
  return written(await assertion(digest, [{ type: "public-key", id }]), publicKey);
}

/** The signature of the passkey with this address; the person chooses it, and a wrong choice is told. */
export async function signAs(grantor: string, registry: string, digest: Uint8Array): Promise<PasskeySignature> {
  const response = await assertion(digest, []);
  const signed = sha256(
    concatBytes(new Uint8Array(response.authenticatorData), sha256(new Uint8Array(response.clientDataJSON))),
  );
  const { r, s } = p256.Signature.fromDER(new Uint8Array(response.signature));
  for (const bit of [0, 1]) {
    const point = new p256.Signature(r, s).addRecoveryBit(bit).recoverPublicKey(signed).toRawBytes(false).slice(1);
    if (addressOfPoint(point, registry) === grantor.toLowerCase()) {
      return written(response, base64url(point));
    }
  }
  throw new Error(NO_KEY);
}

const POINT_BYTES = 64;

/** The address on the ledger of a passkey that was just made. */
export function addressOf(publicKey: string, registry: string): string {
  const bytes = Uint8Array.from(atob(publicKey.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  return addressOfPoint(bytes.slice(-POINT_BYTES), registry);
}

/** KEY-2: of the signer's bytes, which are the registry's verifier, the key and the site. */
function addressOfPoint(point: Uint8Array, registry: string): string {
  const verifier = keccak_256(concatBytes(Uint8Array.of(0xd6, 0x94), hexToBytes(registry.slice(2)), Uint8Array.of(1))).slice(12);
  const signer = concatBytes(verifier, point, sha256(utf8ToBytes(location.hostname)));
  return `0x${bytesToHex(keccak_256(signer).slice(12))}`;
}

async function assertion(digest: Uint8Array, allowCredentials: PublicKeyCredentialDescriptor[]): Promise<AuthenticatorAssertionResponse> {
  const credential = (await navigator.credentials.get({
    publicKey: { challenge: digest.slice(), rpId: location.hostname, userVerification: "required", allowCredentials },
  })) as PublicKeyCredential | null;
  if (!credential) {
    throw new Error(NO_KEY);
  }
  return credential.response as AuthenticatorAssertionResponse;
}

function written(response: AuthenticatorAssertionResponse, publicKey: string): PasskeySignature {
  return {
    publicKey,
    authenticatorData: base64url(new Uint8Array(response.authenticatorData)),
    clientDataJSON: base64url(new Uint8Array(response.clientDataJSON)),
    signature: base64url(new Uint8Array(response.signature)),
  };
}

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function registryOf({ domain }: TypedData): string {
  return String(domain["verifyingContract"]);
}
