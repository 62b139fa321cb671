// Hardhat's node under the name, the options and the methods of anvil, as far as our tests use them, so that the same
// tests run on it. What Hardhat does not have is answered with an error.
//   node anvil.cjs --ipc SOCKET --chain-id 31337 …   answers there, a line for each line, and says "Listening on", as anvil does
"use strict";
const net = require("node:net");
const path = require("node:path");
const zlib = require("node:zlib");

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
// Before the folder is changed.
const socket = path.resolve(option("ipc", "anvil.ipc"));
process.env.SECOND_EVM_CHAIN_ID = option("chain-id", "31337");
process.env.HARDHAT_CONFIG = path.join(__dirname, "hardhat.config.cjs");
process.env.HARDHAT_DISABLE_TELEMETRY_PROMPT = "true";
process.chdir(__dirname);
const { provider } = require("hardhat").network;

const hardhat = (method) => (params) => provider.request({ method, params });
const methods = {
  anvil_mine: hardhat("hardhat_mine"),
  anvil_setBalance: hardhat("hardhat_setBalance"),
  anvil_setCode: hardhat("hardhat_setCode"),
  anvil_dropTransaction: hardhat("hardhat_dropTransaction"),
  anvil_setNextBlockBaseFeePerGas: hardhat("hardhat_setNextBlockBaseFeePerGas"),
  // Seconds there, milliseconds here.
  evm_setIntervalMining: ([seconds]) => provider.request({ method: "evm_setIntervalMining", params: [1000 * seconds] }),
  // 64 blocks back, as there, and not the newest: the tests need blocks that are not final yet.
  eth_getBlockByNumber: async ([block, full]) => {
    const settled = block === "finalized" || block === "safe";
    const head = settled ? Number(await provider.request({ method: "eth_blockNumber", params: [] })) : 0;
    const number = settled ? `0x${Math.max(head - 64, 0).toString(16)}` : block;
    return provider.request({ method: "eth_getBlockByNumber", params: [number, full] });
  },
  // It keeps its chain in memory alone.
  anvil_dumpState: async () => `0x${zlib.gzipSync("{}").toString("hex")}`,
};

async function answer({ id, method, params = [] }) {
  try {
    const result = await (methods[method] ?? hardhat(method))(params);
    return { jsonrpc: "2.0", id, result: result ?? null };
  } catch (error) {
    return { jsonrpc: "2.0", id, error: { code: error.code ?? -32603, message: error.message, data: error.data } };
  }
}

const server = net.createServer((client) => {
  let asked = "";
  client.setEncoding("utf8");
  client.on("error", () => client.destroy());
  client.on("data", async (chunk) => {
    asked += chunk;
    const lines = asked.split("\n");
    asked = lines.pop();
    for (const line of lines) client.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  });
});
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
provider.request({ method: "eth_blockNumber", params: [] }).then(() => server.listen(socket, () => console.log(`Listening on ${socket}`)));
