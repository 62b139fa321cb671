// A ledger node that lets pages ask, as geth does with --http.corsdomain: it hands each question on to the trial's own chain.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

export class NodeForPages {
  static async start(info) {
    const { rpcUrl } = await (await fetch(info)).json();
    const server = createServer((request, response) => void handOn(request, response, rpcUrl));
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    return new NodeForPages(server);
  }

  constructor(server) {
    this.server = server;
    this.address = `http://127.0.0.1:${server.address().port}`;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function handOn(request, response, rpcUrl) {
  const headers = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*", "Content-Type": "application/json" };
  if (request.method === "OPTIONS") {
    response.writeHead(204, headers).end();
    return;
  }
  const answer = await fetch(rpcUrl, { method: "POST", headers: { "Content-Type": "application/json" }, body: await text(request) });
  response.writeHead(answer.status, headers).end(await answer.text());
}
