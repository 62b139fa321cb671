// The digest of typed data (EIP-712), computed by this page: what a passkey signs is never a digest that somebody else names.
import { keccak_256 } from "@noble/hashes/sha3";
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils";

interface Member {
  name: string;
  type: string;
}

export interface TypedData {
  types: Record<string, Member[]>;
  primaryType: string;
  domain: Record<string, string | number>;
  message: Record<string, string | number>;
}

const DOMAIN = "EIP712Domain";
const WORD = 32;

export function digestOf({ types, primaryType, domain, message }: TypedData): Uint8Array {
  return keccak_256(
    concatBytes(Uint8Array.of(0x19, 0x01), hashOf(DOMAIN, types, domain), hashOf(primaryType, types, message)),
  );
}

function hashOf(name: string, types: Record<string, Member[]>, values: Record<string, string | number>): Uint8Array {
  const members = types[name] ?? [];
  const described = `${name}(${members.map((one) => `${one.type} ${one.name}`).join(",")})`;
  const words = members.map(({ name: member, type }) => wordOf(type, values[member]));
  return keccak_256(concatBytes(keccak_256(utf8ToBytes(described)), ...words));
}

/** The types of our contracts; any other is refused, not guessed. */
function wordOf(type: string, value: string | number | undefined): Uint8Array {
  if (value === undefined) {
    throw new Error(`typed data: no value of type ${type}`);
  }
  if (type === "string") {
    return keccak_256(utf8ToBytes(String(value)));
  }
  if (type === "bytes32" && /^0x[0-9a-f]{64}$/i.test(String(value))) {
    return hexToBytes(String(value).slice(2));
  }
  if (type === "address" && /^0x[0-9a-f]{40}$/i.test(String(value))) {
    return leftPadded(String(value).slice(2));
  }
  if (/^uint(?:64|256)$/.test(type) && /^[0-9]+$/.test(String(value))) {
    return leftPadded(BigInt(value).toString(16));
  }
  throw new Error(`typed data: a value of type ${type} that this page does not know`);
}

function leftPadded(digits: string): Uint8Array {
  return hexToBytes(digits.padStart(2 * WORD, "0"));
}
