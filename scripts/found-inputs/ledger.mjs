// What strangers write on the ledger. Asked near the end: a server that does not hold stays broken.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { verdict } from "./world.mjs";

const word = (number) => BigInt(number).toString(16).padStart(64, "0");
export const address = () => "0x" + randomBytes(20).toString("hex");

/** grant((bytes32,bytes32,address,uint64,uint64,uint256),bytes), with an empty signature. */
const grant = ({ consentId, termsHash, grantor, notBefore, notAfter, deadline }) =>
  "0x8ec91de7" + [consentId, termsHash, grantor, notBefore, notAfter, deadline, 7 * 32, 0].map(word).join("");

/** A wallet whose code takes every signature (ERC-1271), so that nobody needs a key. */
export const takesAll = "0x631626ba7e60e01b60005260206000f3";

/** One question, answered in one line. */
function overSocket(path, question) {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(path, () => socket.write(question + "\n"));
    socket.setEncoding("utf8");
    socket.on("data", (piece) => {
      answer += piece;
      if (answer.endsWith("\n")) {
        socket.end();
        resolve(JSON.parse(answer));
      }
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the chain's socket closed without an answer")));
  });
}

export class Chain {
  static async of(world) {
    const chain = new Chain();
    Object.assign(chain, await world.info());
    chain.socket = `${world.options.data}/chain/anvil.ipc`;
    chain.sender = address();
    await chain.call("anvil_setBalance", chain.sender, "0x" + word(10n ** 21n).replace(/^0+/, ""));
    await chain.call("anvil_impersonateAccount", chain.sender);
    return chain;
  }

  async call(method, ...params) {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    // Servers since the door take no orders over HTTP.
    const answer = existsSync(this.socket)
      ? await overSocket(this.socket, body)
      : await (await fetch(this.rpcUrl, { method: "POST", headers: { "Content-Type": "application/json" }, body })).json();
    if (answer.error) {
      throw new Error(`${method}: ${answer.error.message}`);
    }
    return answer.result;
  }

  async grant(terms) {
    await this.call("anvil_setCode", terms.grantor, takesAll);
    await this.call("eth_sendTransaction", { from: this.sender, to: this.consentContract, data: grant(terms), gas: "0x30d40" });
  }

  async hostile() {
    const random = () => "0x" + randomBytes(32).toString("hex");
    await this.grant({ consentId: random(), termsHash: random(), grantor: address(), notBefore: 0, notAfter: 2n ** 64n - 2n, deadline: 2n ** 64n - 1n });
  }

  async block() {
    return Number(await this.call("eth_blockNumber"));
  }
}

const followed = async (world) => Number(/"consents":.*?"block":(\d+)/.exec((await world.get("", "/actuator/health", { Accept: "application/json" })).text)?.[1] ?? -1);

async function follows(world, chain, seconds) {
  const block = await chain.block();
  const holds = await world.until(async () => (await followed(world)) >= block, "the follower", seconds).then(() => true, () => false);
  return { holds, behind: holds ? 0 : block - (await followed(world)) };
}

/** What the log file says in a few seconds after a stranger's grant. */
async function extremePeriod(world) {
  const chain = await Chain.of(world);
  const file = `${world.options.data}/logs/server.log`;
  await chain.hostile();
  const before = readFileSync(file).length;
  await pause(6000);
  const errors = readFileSync(file).subarray(before).toString().split("\n").filter((line) => / ERROR /.test(line)).length;
  const { holds, behind } = await follows(world, chain, 10);
  return verdict(errors === 0 && holds, `${errors} errors in six seconds, ${behind} blocks behind`);
}

async function manyOfThem(world) {
  const p = await world.patient("p");
  const doctor = await world.doctorOf(p);
  const chain = await Chain.of(world);
  await chain.call("evm_setBlockGasLimit", "0x3b9aca00");
  await chain.call("evm_setAutomine", false);
  for (let n = 0; n < 1000; n++) {
    await chain.hostile();
  }
  await chain.call("evm_setAutomine", true);
  await chain.call("evm_mine");
  await pause(5000);
  await chain.call("evm_mine");
  const { holds, behind } = await follows(world, chain, 30);
  let status = (await world.get(doctor, "Patient/" + p)).status;
  if (!holds) {
    await world.until(async () => (status = (await world.get(doctor, "Patient/" + p)).status) !== 200, "reads to end", 150).catch(() => 0);
  }
  return verdict(holds && status === 200, `${behind} blocks behind after 30 s, a permitted read ${status}`);
}

export default [
  { key: "9C-1", input: "a stranger's grant with notAfter = 2^64−2", ask: extremePeriod },
  { key: "9C-2", input: "1,000 of them in one block", ask: manyOfThem },
];
