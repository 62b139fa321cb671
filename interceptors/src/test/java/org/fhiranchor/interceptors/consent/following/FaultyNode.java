package org.fhiranchor.interceptors.consent.following;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A JSON-RPC proxy in front of a real node, which answers as a {@link LedgerFault} says. */
public final class FaultyNode implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private final URI node;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile Optional<LedgerFault> fault = Optional.empty();
  private volatile long delayMillis;
  private volatile Optional<Registry> registry = Optional.empty();

  /**
   * What some faults make false events of.
   *
   * @param grant where the event of a grant is that no fault may touch, as a filter of logs
   * @param lastNumber of the registry's events
   */
  public record Registry(Supplier<Map<String, Object>> grant, LongSupplier lastNumber) {}

  /** Before a fault that adds events. */
  public FaultyNode on(Registry followed) {
    registry = Optional.of(followed);
    return this;
  }

  private FaultyNode(URI node, HttpServer server) {
    this.node = node;
    this.server = server;
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** In front of this node; it works until {@link #fails}. */
  public static FaultyNode before(URI node) {
    try {
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      return new FaultyNode(node, HttpServer.create(any, 0));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Where it answers. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on. */
  public void fails(LedgerFault with) {
    fault = Optional.of(with);
  }

  /** Every answer takes so much longer, as that of a node far away does. */
  public FaultyNode farAway(long millis) {
    delayMillis = millis;
    return this;
  }

  /** As the node behind it does, from now on. */
  public void works() {
    fault = Optional.empty();
  }

  /** One question, and the way to the true answer. */
  record Call(FaultyNode node, ObjectNode request) {
    String method() {
      return request.path("method").asText();
    }

    boolean is(String method) {
      return method().equals(method);
    }

    JsonNode parameter(int index) {
      return request.path("params").path(index);
    }

    /** The true answer. */
    Reply truth() {
      return new Reply(200, node.upstream(request).toString(), 0, false);
    }

    /** The true answer to another question. */
    JsonNode other(String method, Object... parameters) {
      ObjectNode question = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
      question.put("method", method).set("params", JSON.valueToTree(List.of(parameters)));
      return node.upstream(question).path("result");
    }

    long head() {
      return Long.decode(other("eth_blockNumber").asText());
    }

    /** A result in the place of the true one. */
    Reply result(JsonNode result) {
      ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
      answer.set("id", request.path("id"));
      answer.set("result", result);
      return new Reply(200, answer.toString(), 0, false);
    }

    Reply error(int code, String message) {
      ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
      answer.set("id", request.path("id"));
      answer.putObject("error").put("code", code).put("message", message);
      return new Reply(200, answer.toString(), 0, false);
    }

    /** The logs of the true answer. */
    Stream<ObjectNode> logs() {
      return StreamSupport.stream(node.upstream(request).path("result").spliterator(), false)
          .map(ObjectNode.class::cast);
    }

    Reply logs(Stream<ObjectNode> logs) {
      return result(JSON.valueToTree(logs.toList()));
    }

    Registry registry() {
      return node.registry.orElseThrow();
    }

    long from() {
      return Long.decode(parameter(0).path("fromBlock").asText());
    }

    long to() {
      return Long.decode(parameter(0).path("toBlock").asText());
    }
  }

  /**
   * What comes back.
   *
   * @param cut whether the connection ends in the middle of the body
   */
  record Reply(int status, String body, long delayMillis, boolean cut) {
    Reply after(long millis) {
      return new Reply(status, body, millis, cut);
    }

    Reply cutOff() {
      return new Reply(status, body, delayMillis, true);
    }
  }

  /** Past the proxy, as a test asks. */
  public JsonNode direct(String method, Object... parameters) {
    return new Call(this, JSON.createObjectNode()).other(method, parameters);
  }

  private JsonNode upstream(ObjectNode request) {
    try {
      HttpRequest post =
          HttpRequest.newBuilder(node)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
              .build();
      return JSON.readTree(client.send(post, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the proxy was stopped", interrupted);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Call call = new Call(this, (ObjectNode) JSON.readTree(exchange.getRequestBody()));
      Reply reply = fault.map(now -> now.reply(call)).orElseGet(call::truth);
      pause(delayMillis + reply.delayMillis());
      byte[] body = reply.body().getBytes(java.nio.charset.StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body, 0, reply.cut() ? body.length / 2 : body.length);
    }
  }

  private static void pause(long millis) {
    if (millis > 0) {
      java.util.concurrent.locks.LockSupport.parkNanos(millis * 1_000_000);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
