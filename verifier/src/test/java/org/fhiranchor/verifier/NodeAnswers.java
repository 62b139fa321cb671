package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.fhiranchor.merkle.Digest;

/** A ledger node that knows one log, answering JSON-RPC; every answer can be replaced. */
final class NodeAnswers implements LocalServer.Answer {
  static final String CONTRACT = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
  static final Digest LOG_ID = Digest.sha256("log".getBytes(UTF_8));

  /** From a part of the request to the JSON of the result. */
  final Map<String, String> results = new HashMap<>();

  NodeAnswers(SampleLog log, long headSize) {
    results.put("eth_chainId", "\"0x7a69\"");
    results.put(Abi.IDENTITY + LOG_ID, "\"0x" + Abi.identity(log.key.verifierKey()) + "\"");
    head(headSize, log.root(headSize));
    results.put("eth_getLogs", "[]");
    results.put("eth_getBlockByNumber", "{\"number\":\"0x64\"}");
  }

  void head(long size, Digest root) {
    String words = Abi.word(size) + root + Abi.word(77).substring(2) + Abi.word(1).substring(2);
    results.put(Abi.HEAD + LOG_ID, "\"" + words + "\"");
  }

  void anchored(String block, Digest root) {
    String event = "[{\"data\":\"0x" + root + Abi.word(1).substring(2) + "\"}]";
    results.put("\"fromBlock\":\"" + block + "\"", event);
  }

  @Override
  public void to(HttpExchange exchange) throws IOException {
    String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String result =
        results.keySet().stream()
            .filter(request::contains)
            .filter(part -> !part.equals("eth_getLogs") || noBlockFits(request))
            .findFirst()
            .map(results::get)
            .orElse("null");
    String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
    LocalServer.send(exchange, 200, body.getBytes(UTF_8));
  }

  private boolean noBlockFits(String request) {
    return results.keySet().stream()
        .filter(part -> part.startsWith("\"fromBlock\""))
        .noneMatch(request::contains);
  }
}
