package org.fhiranchor.ledger.evm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Hands each question on and loses the first answers to each method: what was asked for is done.
 * Then it may lag: for a while it shows no receipt, and knows nothing of who sent before.
 */
final class StarvedNode implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> LAGGING =
      Map.of("eth_getTransactionReceipt", "null", "eth_getTransactionCount", "\"0x0\"");

  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final URI behind;
  private final int lost;
  private final int lagging;

  private StarvedNode(HttpServer server, URI behind, int lost, int lagging) {
    this.server = server;
    this.behind = behind;
    this.lost = lost;
    this.lagging = lagging;
  }

  /** Loses so many answers to each method, then lags for so many. */
  static StarvedNode before(URI node, int lost, int lagging) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    StarvedNode starved = new StarvedNode(server, node, lost, lagging);
    server.createContext("/", starved::handle);
    server.setExecutor(starved.threads);
    server.start();
    return starved;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How often each method was asked for. */
  Map<String, Integer> asked() {
    return Map.copyOf(asked);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] question = exchange.getRequestBody().readAllBytes();
      byte[] answer = behind(question);
      String method = JSON.readTree(question).path("method").asText();
      int times = asked.merge(method, 1, Integer::sum);
      if (times <= lost) {
        exchange.sendResponseHeaders(504, -1);
        return;
      }
      if (LAGGING.containsKey(method) && times <= lost + lagging) {
        String result = LAGGING.get(method);
        answer = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":%s}".formatted(result).getBytes(UTF_8);
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private byte[] behind(byte[] question) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(behind)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(question))
            .build();
    try {
      HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
      return answer.body();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
