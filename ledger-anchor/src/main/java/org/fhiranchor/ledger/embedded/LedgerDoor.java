package org.fhiranchor.ledger.embedded;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address at which the embedded chain is asked over HTTP. Anvil looks at no name that it is
 * asked under, and takes orders from everybody; so it is not reached itself. Here only those are
 * answered who ask this machine by its own name and come from no other site's page, and they can
 * read and hand in what was signed, nothing else.
 *
 * <p>Threads: any number.
 */
final class LedgerDoor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerDoor.class);

  /** As much as anvil takes over HTTP. */
  private static final int MOST_BYTES = 2 * 1024 * 1024;

  private static final int THREADS = 32;
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int INVALID_REQUEST = -32600;

  private static final String OWN_NAME = "(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?";
  private static final Pattern OWN_HOST = Pattern.compile(OWN_NAME);
  private static final Pattern OWN_ORIGIN = Pattern.compile("https?://" + OWN_NAME);
  private static final Pattern JSON = Pattern.compile("application/json *(;.*)?");

  private final HttpServer server;
  private final AnvilSocket anvil;
  private final ExecutorService threads;

  private LedgerDoor(HttpServer server, AnvilSocket anvil) {
    this.server = server;
    this.anvil = anvil;
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "embedded-chain-door");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens it on the loopback interface.
   *
   * @param port 0 for a free one
   */
  static LedgerDoor open(int port, AnvilSocket anvil) {
    // Else a small answer waits up to 40 ms in the kernel: its head and its body are two packets.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // Else whoever sends half a request, or reads no answer, keeps a thread for ever. Seconds.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "60");
    try {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
      LedgerDoor door = new LedgerDoor(server, anvil);
      server.setExecutor(door.threads);
      server.createContext("/", door::handle);
      // Its own thread is of the kind of the one that starts it: it must not keep a JVM alive.
      CompletableFuture.runAsync(server::start, door.threads).join();
      return door;
    } catch (IOException failed) {
      throw new EmbeddedChainException(
          "embedded chain: cannot listen on 127.0.0.1:"
              + port
              + ": "
              + failed.getMessage()
              + "; choose another anchor.ledger.embedded.port",
          failed);
    }
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private record Answer(int status, String type, String text) {
    static Answer refusal(int status, String why) {
      return new Answer(status, "text/plain", why + "\n");
    }

    static Answer json(String text) {
      return new Answer(200, "application/json", text);
    }
  }

  /** The boundary of these threads. */
  private void handle(HttpExchange exchange) {
    try (exchange) {
      Answer answer = answer(exchange);
      byte[] bytes = answer.text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException gone) {
      LOG.debug("who asked the embedded chain went away", gone);
    } catch (RuntimeException | Error failed) {
      LOG.error("an answer of the embedded chain failed", failed);
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    Optional<Answer> refusal = refusal(exchange);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      return Answer.refusal(413, "want at most " + MOST_BYTES + " bytes");
    }
    return answer(new String(body, StandardCharsets.UTF_8));
  }

  private static Optional<Answer> refusal(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    if (!isOwn(headers, "Host", OWN_HOST) || !headers.containsKey("Host")) {
      return Optional.of(Answer.refusal(403, "want Host localhost, 127.0.0.1 or [::1]"));
    }
    if (!isOwn(headers, "Origin", OWN_ORIGIN)) {
      return Optional.of(Answer.refusal(403, "not for pages of other sites"));
    }
    if (!exchange.getRequestURI().toString().equals("/")) {
      return Optional.of(Answer.refusal(404, "want the path /"));
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      return Optional.of(Answer.refusal(405, "want POST"));
    }
    String type = Optional.ofNullable(headers.getFirst("Content-Type")).orElse("");
    return JSON.matcher(type.toLowerCase(Locale.ROOT)).matches()
        ? Optional.empty()
        : Optional.of(Answer.refusal(415, "want Content-Type application/json"));
  }

  /** No header of this name, or one that says this machine. */
  private static boolean isOwn(Headers headers, String name, Pattern own) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.isEmpty()
        || (values.size() == 1
            && own.matcher(values.get(0).strip().toLowerCase(Locale.ROOT)).matches());
  }

  private Answer answer(String body) {
    LedgerQuestion.Batch batch;
    try {
      batch = LedgerQuestion.read(body);
    } catch (IOException unusable) {
      LOG.debug("no question for the embedded chain", unusable);
      return Answer.json(
          LedgerQuestion.error("null", INVALID_REQUEST, "want JSON-RPC 2.0 with an id"));
    }
    try {
      List<String> answers = new ArrayList<>();
      for (LedgerQuestion question : batch.questions()) {
        answers.add(answer(question));
      }
      return Answer.json(batch.isBatch() ? "[" + String.join(",", answers) + "]" : answers.get(0));
    } catch (EmbeddedChainException silent) {
      LOG.debug("the embedded chain does not answer", silent);
      return Answer.refusal(502, "the embedded chain does not answer");
    }
  }

  private String answer(LedgerQuestion question) {
    return question.isOffered()
        ? anvil.ask(question.json())
        : LedgerQuestion.error(
            question.id(), METHOD_NOT_FOUND, "this method is not offered at this address");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
