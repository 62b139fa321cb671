import { FormatError, utf8 } from "./bytes.js";
import { Span } from "./canonical-text.js";

const MAX_ANSWER = 1 << 20;
const MAX_DEPTH = 16;
const TIMEOUT_MS = 10_000;

/** The node is not there, refuses, or answers with something else. Says nothing about the proof. */
export class NodeError extends Error {}

/**
 * JSON-RPC 2.0 over HTTP. The node is believed about the ledger, and about nothing else: every answer is bounded in time
 * and bytes and read strictly. No cookie, referrer or redirect goes with a request.
 */
export class JsonRpc {
  /** @param {string} url @param {typeof fetch} fetcher */
  constructor(url, fetcher = globalThis.fetch) {
    this.url = url;
    // The host alone in messages: a path or a query may hold a key.
    this.host = new URL(url).hostname;
    this.fetch = fetcher;
  }

  /** The result of a call. @returns {Promise<Span>} */
  async call(method, params) {
    const request = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const answer = this.parse(method, await this.post(request));
    const result = answer.get("result");
    if (!result) {
      throw new NodeError(`${method} was refused by the node: ${reason(answer.get("error"))}`);
    }
    return result;
  }

  /** A result that is a string. */
  async text(method, params) {
    const result = await this.call(method, params);
    if (!result.isString()) {
      throw new NodeError(`${method}: want a string`);
    }
    return result.string();
  }

  parse(method, bytes) {
    try {
      const answer = Span.parse(bytes, MAX_ANSWER, MAX_DEPTH);
      if (answer.isObject()) {
        return answer.members();
      }
    } catch (wrong) {
      throw wrong instanceof FormatError ? new NodeError(`${method}: ${wrong.message}`) : wrong;
    }
    throw new NodeError(`${method}: the answer is no JSON object`);
  }

  async post(request) {
    const fetcher = this.fetch;
    try {
      const response = await fetcher(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: utf8(request),
        redirect: "error",
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status !== 200) {
        throw new NodeError(`${this.host}: HTTP status ${response.status}`);
      }
      return await this.body(response);
    } catch (failure) {
      throw this.named(failure);
    }
  }

  /** Read no further than it may be long, whatever length it announces. */
  async body(response) {
    const parts = [];
    let length = 0;
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read && !read.done; read = await reader.read()) {
      length += read.value.length;
      if (length > MAX_ANSWER) {
        await reader.cancel();
        throw new NodeError(`${this.host}: more than ${MAX_ANSWER} bytes`);
      }
      parts.push(read.value);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  named(failure) {
    if (failure instanceof NodeError) {
      return failure;
    }
    const why =
      failure.name === "TimeoutError"
        ? `no answer within ${TIMEOUT_MS} ms`
        : "cannot be reached, or does not let this page ask (CORS)";
    return new NodeError(`${this.host}: ${why}`, { cause: failure });
  }
}

function reason(error) {
  const message = error?.isObject() ? error.members().get("message") : undefined;
  return message?.isString() ? message.string() : "no reason given";
}
