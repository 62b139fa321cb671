// A throw-away anvil on a free loopback port, with its well-known unlocked test accounts.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { createPublicClient, createWalletClient, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { binary } from "./platform.mjs";

const mnemonic = "test test test test test test test test test test test junk";
const startLimitMs = 20_000;

/** Runs `work` against a fresh chain, of this version of the EVM or the newest, and ends anvil whatever happens. */
export async function withAnvil(work, hardfork) {
  const options = ["--port", "0", "--host", "127.0.0.1", ...(hardfork ? ["--hardfork", hardfork] : [])];
  const child = spawn(binary("anvil"), options, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const url = `http://${await listening(child)}`;
    const transport = http(url);
    const accounts = [0, 1, 2].map((addressIndex) => mnemonicToAccount(mnemonic, { addressIndex }));
    return await work({
      accounts,
      reader: createPublicClient({ chain: foundry, transport, pollingInterval: 20 }),
      writer: (account) => createWalletClient({ account, chain: foundry, transport }),
    });
  } finally {
    child.kill();
  }
}

function listening(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("anvil: want a listening line, got none in 20 s")), startLimitMs);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`anvil: ended before it listened, exit code ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const address = /Listening on (\S+)/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}
