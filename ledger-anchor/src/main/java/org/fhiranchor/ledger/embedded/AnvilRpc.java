package org.fhiranchor.ledger.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;

/** What we ask of anvil itself; everything else goes through the ledgers' own ports. */
final class AnvilRpc {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** 10,000 ether in wei: what the account is topped up to at each start. */
  private static final String BALANCE = "0x21e19e0c9bab2400000";

  private final URI url;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  AnvilRpc(URI url) {
    this.url = url;
  }

  void requireChain(ChainId want) {
    String answer = call("eth_chainId", "");
    if (!answer.contains("\"result\":\"0x" + Long.toHexString(want.value()) + "\"")) {
      throw new EmbeddedChainException("embedded chain: want chain id " + want + ", got " + answer);
    }
  }

  void fund(Address account) {
    String answer = call("anvil_setBalance", "\"" + account + "\",\"" + BALANCE + "\"");
    if (answer.contains("\"error\"")) {
      throw new EmbeddedChainException("embedded chain: cannot fund " + account + ": " + answer);
    }
  }

  /** The newest block as the node words it: another wording means that something happened. */
  String latestBlock() {
    return call("eth_getBlockByNumber", "\"latest\",false");
  }

  /** The whole chain: {@code 0x} and the hex digits of gzipped JSON, as its state file has it. */
  String dumpState() {
    String answer = call("anvil_dumpState", "");
    int start = answer.indexOf("\"0x");
    int end = answer.indexOf('"', start + 1);
    if (start < 0 || end < 0) {
      throw new EmbeddedChainException("embedded chain: anvil does not give its state");
    }
    return answer.substring(start + 1, end);
  }

  private String call(String method, String parameters) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
            + method
            + "\",\"params\":["
            + parameters
            + "]}";
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException failed) {
      throw new EmbeddedChainException("embedded chain: no answer to " + method, failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedChainException("embedded chain: interrupted in " + method, interrupted);
    }
  }
}
