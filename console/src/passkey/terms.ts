// Whether what is to be signed is what this page shows: of a Consent (CG-1) a salted hash of its terms, computed here.
import { hmac } from "@noble/hashes/hmac";
import { sha256 } from "@noble/hashes/sha2";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils";
import { canonicalJson } from "fhir-anchor-verifier";
import { base64url } from "./passkey";
import { digestOf, type TypedData } from "./typed-data";

const NOT_AGREED = ["id", "meta", "text", "status"];

/** @param salt base64 @param consent JSON as the server answered it */
export function isAbout({ message }: TypedData, salt: string, consent: string): boolean {
  const terms = JSON.parse(consent) as Record<string, unknown>;
  NOT_AGREED.forEach((member) => delete terms[member]);
  const bytes = canonicalJson(utf8ToBytes(JSON.stringify(terms)));
  const key = Uint8Array.from(atob(salt), (one) => one.charCodeAt(0));
  return message["termsHash"] === `0x${bytesToHex(hmac(sha256, key, bytes))}`;
}

/** Whether it ends what `grant` began, on the same ledger, with one of these keys. @param keys addresses */
export function withdraws({ primaryType, domain, message }: TypedData, grant: TypedData, keys: string[]): boolean {
  return (
    primaryType === "ConsentRevocation" &&
    isSameLedger(domain, grant.domain) &&
    message["consentId"] !== undefined &&
    message["consentId"] === grant.message["consentId"] &&
    keys.some((key) => isAddress(message["grantor"], key))
  );
}

/** Whether it binds this key and no other. @param challenge base64url, as the server names it */
export function binds(data: TypedData, address: string, challenge: string | undefined): boolean {
  return data.primaryType === "KeyBinding" && isAddress(data.message["key"], address) && base64url(digestOf(data)) === challenge;
}

function isSameLedger(one: TypedData["domain"], other: TypedData["domain"]): boolean {
  const names = Object.keys({ ...one, ...other });
  return names.length > 0 && names.every((name) => String(one[name]).toLowerCase() === String(other[name]).toLowerCase());
}

function isAddress(value: string | number | undefined, address: string): boolean {
  return address !== "" && String(value).toLowerCase() === address.toLowerCase();
}
