import { bytesOfHex, concat, hex, utf8 } from "./bytes.js";
import { JsonRpc, NodeError } from "./json-rpc.js";
import { keccak256 } from "./keccak.js";
import { emptyRoot } from "./tree.js";

const HEAD = selector("head(bytes32)");
const IDENTITY = selector("identity(bytes32)");
const ANCHORED = `0x${hex(keccak256(utf8("Anchored(bytes32,uint64,bytes32,uint64)")))}`;
const MAX_SIZE = 2n ** 63n - 1n;
const WORD = 32;

/** The ledger was reached, and what it says rules this proof out. */
class Contradiction extends Error {
  constructor(evidence) {
    super("the ledger rules this proof out");
    this.evidence = evidence;
  }
}

/**
 * Asks a ledger node what it knows of a log: chain, contract, whose log it is, and its head, all of one block. Never throws
 * for what a node does.
 *
 * @param {import("./index.js").Ledger} ledger
 * @param {import("./index.js").LogKey} key
 * @param {import("./index.js").Anchor | undefined} anchor the one that the proof names
 * @param {typeof fetch} [fetcher]
 * @returns {Promise<import("./index.js").HeadEvidence>}
 */
export async function askLedger(ledger, key, anchor, fetcher) {
  const logId = ledger.logId ?? anchor?.logId;
  if (!logId) {
    return { kind: "unavailable", reason: "give the log id, the proof file names no log" };
  }
  try {
    const registry = new Registry(new JsonRpc(ledger.rpc, fetcher), ledger.contract);
    return await evidenceOf(registry, { ...ledger, logId }, key, anchor);
  } catch (failure) {
    if (failure instanceof Contradiction) {
      return failure.evidence;
    }
    if (failure instanceof NodeError) {
      return { kind: "unavailable", reason: failure.message };
    }
    throw failure;
  }
}

async function evidenceOf(registry, { contract, logId, block }, key, anchor) {
  const chain = await registry.chainId();
  if (anchor) {
    same("the proof was anchored on another chain", `${anchor.chainId}`, chain);
    same("the proof was anchored in another contract", contract, anchor.contract);
    same("the proof is of another log", logId, anchor.logId);
  }
  await registry.readAt(block ?? "latest");
  const identity = await registry.identity(logId);
  same(
    "this log id belongs to another key",
    hex(identityOf(key)),
    identity ?? `nothing: no AnchorRegistry stands at ${contract}`,
  );
  const head = await registry.head(logId);
  const older = anchor !== undefined && anchor.size < head.size;
  const anchored = older ? await registry.anchored(logId, anchor) : undefined;
  return { kind: "on-ledger", ...head, anchored, chainId: chain, block: registry.block };
}

function same(reason, want, got) {
  if (want !== got) {
    throw new Contradiction({ kind: "contradicted", reason, want, got });
  }
}

/** keccak256(abi.encode(origin, verifierKey)): what `identity` answers for a log. */
function identityOf({ name, typed }) {
  const origin = field(utf8(name));
  return keccak256(concat(word(2 * WORD), word(2 * WORD + origin.length), origin, field(typed)));
}

function field(bytes) {
  return concat(word(bytes.length), bytes, new Uint8Array((WORD - (bytes.length % WORD)) % WORD));
}

/** @param {number | bigint} value */
function word(value) {
  return bytesOfHex(value.toString(16).padStart(2 * WORD, "0"));
}

function selector(signature) {
  return `0x${hex(keccak256(utf8(signature)).subarray(0, 4))}`;
}

/** The AnchorRegistry contract, read at one block. */
class Registry {
  constructor(rpc, contract) {
    this.rpc = rpc;
    this.contract = contract;
  }

  /** In decimal. */
  async chainId() {
    const quantity = await this.rpc.text("eth_chainId", []);
    return numberOf("eth_chainId", quantity).toString();
  }

  /** Fixes the block that everything after is read at. @param {string} block a tag or a number in decimal */
  async readAt(block) {
    const asked = /^[0-9]+$/.test(block) ? `0x${BigInt(block).toString(16)}` : block;
    const found = await this.rpc.call("eth_getBlockByNumber", [asked, false]);
    const number = found.isObject() ? found.members().get("number") : undefined;
    if (!number?.isString()) {
      throw new NodeError(`eth_getBlockByNumber: the node has no block ${block}`);
    }
    this.block = numberOf("eth_getBlockByNumber", number.string());
  }

  /** Whose log it is, in hex; undefined when the address has no such contract. */
  async identity(logId) {
    const answer = await this.view(IDENTITY, logId);
    return answer === "0x" ? undefined : hex(words(answer, 1)[0]);
  }

  /** The root is the empty tree's when the size is 0. */
  async head(logId) {
    const [sizeWord, root] = words(await this.view(HEAD, logId), 4);
    const size = BigInt(`0x${hex(sizeWord)}`);
    if (size > MAX_SIZE) {
      throw new NodeError("the contract's size is out of range");
    }
    return { size, root: size === 0n ? await emptyRoot() : root };
  }

  /** The root that was anchored at a size: where the proof says, or anywhere up to the block that is read at. */
  async anchored(logId, { size, blockNumber }) {
    const there = quantity(blockNumber);
    return (
      (await this.anchoredIn(logId, size, there, there)) ??
      (await this.anchoredIn(logId, size, "0x0", quantity(this.block)))
    );
  }

  async anchoredIn(logId, size, fromBlock, toBlock) {
    const topics = [ANCHORED, `0x${logId}`, `0x${hex(word(size))}`];
    const found = await this.rpc.call("eth_getLogs", [{ address: this.contract, fromBlock, toBlock, topics }]);
    if (!found.isArray()) {
      throw new NodeError("eth_getLogs: want an array");
    }
    const [event] = found.elements();
    if (!event) {
      return undefined;
    }
    const data = event.isObject() ? event.members().get("data") : undefined;
    if (!data?.isString()) {
      throw new NodeError("eth_getLogs: want events with data");
    }
    return words(data.string(), 2)[0];
  }

  view(selected, logId) {
    const call = { to: this.contract, data: selected + logId };
    return this.rpc.text("eth_call", [call, quantity(this.block)]);
  }
}

function quantity(value) {
  return `0x${value.toString(16)}`;
}

function numberOf(method, text) {
  if (!/^0x[0-9a-fA-F]{1,64}$/.test(text)) {
    throw new NodeError(`${method}: want a number in hex`);
  }
  return BigInt(text);
}

function words(text, count) {
  if (text.length !== 2 + 2 * WORD * count || !text.startsWith("0x")) {
    throw new NodeError(`the contract's answer is not ${count} words`);
  }
  if (!/^0x[0-9a-f]*$/.test(text)) {
    throw new NodeError("the contract's answer is no hex");
  }
  const bytes = bytesOfHex(text.slice(2));
  return Array.from({ length: count }, (_, i) => bytes.slice(WORD * i, WORD * (i + 1)));
}
