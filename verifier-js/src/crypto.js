import { concat } from "./bytes.js";

/** The platform cannot do what a step needs. Says nothing about the proof: the answer is "undecided". */
export class PlatformError extends Error {}

/** SHA-256 over the parts, one after the other. @param {...Uint8Array} parts */
export async function sha256(...parts) {
  return new Uint8Array(await subtle().digest("SHA-256", concat(...parts)));
}

/** HMAC-SHA-256. @param {Uint8Array} key not empty @param {Uint8Array} message */
export async function hmacSha256(key, message) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await subtle().importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await subtle().sign("HMAC", imported, message));
}

/**
 * Whether a signature is by this key (RFC 8032).
 *
 * @param {Uint8Array} publicKey 32 bytes @param {Uint8Array} signature @param {Uint8Array} message
 */
export async function verifiesEd25519(publicKey, signature, message) {
  if (signature.length !== 64) {
    return false;
  }
  let key;
  try {
    key = await subtle().importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
  } catch (refused) {
    if (refused.name === "DataError") {
      return false;
    }
    throw new PlatformError(
      "Ed25519 in WebCrypto: use Node 20, Chrome or Edge 137, Firefox 129, Safari 17, or a later one",
      { cause: refused },
    );
  }
  return subtle().verify({ name: "Ed25519" }, key, signature, message);
}

function subtle() {
  const found = globalThis.crypto?.subtle;
  if (!found) {
    throw new PlatformError("WebCrypto: open this page as a file, from this machine, or over https");
  }
  return found;
}
