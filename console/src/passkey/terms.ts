// Whether what is to be signed is the Consent that this page shows (CG-1): a salted hash of its terms, computed here.
import { hmac } from "@noble/hashes/hmac";
import { sha256 } from "@noble/hashes/sha2";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils";
import { canonicalJson } from "fhir-anchor-verifier";
import type { TypedData } from "./typed-data";

const NOT_AGREED = ["id", "meta", "text", "status"];

/** @param salt base64 @param consent JSON as the server answered it */
export function isAbout({ message }: TypedData, salt: string, consent: string): boolean {
  const terms = JSON.parse(consent) as Record<string, unknown>;
  NOT_AGREED.forEach((member) => delete terms[member]);
  const bytes = canonicalJson(utf8ToBytes(JSON.stringify(terms)));
  const key = Uint8Array.from(atob(salt), (one) => one.charCodeAt(0));
  return message["termsHash"] === `0x${bytesToHex(hmac(sha256, key, bytes))}`;
}
