// A ledger node that knows one log, as the `fetch` that a question takes; every answer can be replaced.
import { keccak256, encodeAbiParameters, toFunctionSelector, toHex } from "viem";
import { CHAIN, LOG_ID, ORIGIN } from "./sample-log.js";

export const HEAD = toFunctionSelector("head(bytes32)");
export const IDENTITY = toFunctionSelector("identity(bytes32)");

export const word = (value) => BigInt(value).toString(16).padStart(64, "0");

export class NodeAnswers {
  constructor(log, headSize) {
    const identity = encodeAbiParameters([{ type: "string" }, { type: "bytes" }], [ORIGIN, toHex(log.typed)]);
    this.requests = [];
    this.chainId = toHex(CHAIN);
    this.blocks = new Map([["latest", "0x64"], ["finalized", "0x40"]]);
    this.calls = new Map([[IDENTITY + LOG_ID, keccak256(identity)]]);
    this.logs = () => [];
    this.head(headSize, log.root(headSize));
    this.fetch = async (url, options) => this.answer(url, options);
  }

  head(size, root) {
    this.calls.set(HEAD + LOG_ID, `0x${word(size)}${Buffer.from(root).toString("hex")}${word(77)}${word(1)}`);
  }

  /** The event of an anchor, where it is asked for in this block. */
  anchored(block, root) {
    this.logs = ({ fromBlock, toBlock }) =>
      BigInt(fromBlock) <= block && block <= BigInt(toBlock)
        ? [{ data: `0x${Buffer.from(root).toString("hex")}${word(1)}` }]
        : [];
  }

  result({ method, params }) {
    switch (method) {
      case "eth_chainId":
        return this.chainId;
      case "eth_getBlockByNumber":
        return params[0].startsWith("0x") ? { number: params[0] } : { number: this.blocks.get(params[0]) ?? null };
      case "eth_call":
        return this.calls.get(params[0].data) ?? "0x";
      case "eth_getLogs":
        return this.logs(params[0]);
      default:
        throw new Error(`not asked by the Java verifier either: ${method}`);
    }
  }

  answer(url, options) {
    const request = JSON.parse(Buffer.from(options.body).toString());
    this.requests.push({ url, options, ...request });
    return new Response(JSON.stringify({ jsonrpc: "2.0", id: 1, result: this.result(request) }));
  }
}
