// A key in a wallet that this browser has (EIP-1193), such as an extension's: it signs the same typed data as a passkey does.
import type { TypedData } from "./typed-data";

interface Wallet {
  request(asked: { method: string; params?: unknown[] }): Promise<unknown>;
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const SIGNATURE = /^0x[0-9a-fA-F]{130,}$/;

function wallet(): Wallet | undefined {
  return (globalThis as { ethereum?: Wallet }).ethereum;
}

export function hasWallet(): boolean {
  return wallet() !== undefined;
}

/** A wallet's refusal is an object of its own, with words in it. */
async function request(method: string, params?: unknown[]): Promise<unknown> {
  try {
    return await wallet()?.request({ method, params });
  } catch (refused) {
    throw new Error(String((refused as { message?: unknown } | undefined)?.message ?? refused));
  }
}

async function accounts(method: "eth_accounts" | "eth_requestAccounts"): Promise<string[]> {
  const all = await request(method);
  return (Array.isArray(all) ? all : []).filter((one): one is string => typeof one === "string" && ADDRESS.test(one));
}

/** The account that the person lets this page use; the wallet asks them. */
export async function chosenAccount(): Promise<string> {
  const [first] = await accounts("eth_requestAccounts");
  if (first === undefined) {
    throw new Error("the wallet named no account");
  }
  return first;
}

/** Whether the wallet has this key, as far as it was told to this page before. One that is locked (4100) tells nothing: a passkey needs none. */
export async function isInWallet(address: string): Promise<boolean> {
  const told = await accounts("eth_accounts").catch(() => []);
  return told.some((one) => one.toLowerCase() === address.toLowerCase());
}

/** The wallet shows the person what it signs. */
export async function signInWallet(address: string, data: TypedData): Promise<{ signature: string }> {
  const signature = await request("eth_signTypedData_v4", [address, JSON.stringify(data)]);
  if (typeof signature !== "string" || !SIGNATURE.test(signature)) {
    throw new Error("the wallet gave no signature");
  }
  return { signature };
}
