// Hardhat's node under the name, the options and the methods of anvil, as far as our tests use them, so that the same
// tests run on it. What Hardhat does not have is answered with an error.
//   node anvil.cjs --port 0 --chain-id 31337 …   prints "Listening on 127.0.0.1:PORT", as anvil does
"use strict";
const http = require("node:http");
const path = require("node:path");
const zlib = require("node:zlib");

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
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

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const asked = JSON.parse(Buffer.concat(chunks).toString());
  const said = Array.isArray(asked) ? await Promise.all(asked.map(answer)) : await answer(asked);
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(said));
});
server.keepAliveTimeout = 60_000;
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
provider.request({ method: "eth_blockNumber", params: [] }).then(() =>
  server.listen(Number(option("port", "0")), option("host", "127.0.0.1"), () =>
    console.log(`Listening on 127.0.0.1:${server.address().port}`),
  ),
);
