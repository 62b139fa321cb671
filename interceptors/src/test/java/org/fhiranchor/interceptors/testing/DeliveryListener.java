package org.fhiranchor.interceptors.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** An address of this machine that subscriptions call. It answers 200. */
public final class DeliveryListener implements AutoCloseable {
  /** What is done with a delivery, before it is answered. */
  @FunctionalInterface
  public interface Heard {
    void delivery(HttpExchange exchange, String body);
  }

  private final HttpServer server;
  private final List<Runnable> endings = new ArrayList<>();

  /** Listens at once, on a free port. */
  public DeliveryListener(Heard heard) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          heard.delivery(exchange, new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  /** Keeps each delivery: its path, and its body behind that. */
  public static DeliveryListener into(Queue<String> heard) throws IOException {
    return new DeliveryListener((exchange, body) -> heard.add(exchange.getRequestURI() + body));
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Has this done when it is closed, while it still answers. */
  public void beforeItEnds(Runnable ending) {
    endings.add(ending);
  }

  @Override
  public void close() {
    try {
      endings.forEach(Runnable::run);
    } finally {
      server.stop(0);
    }
  }
}
