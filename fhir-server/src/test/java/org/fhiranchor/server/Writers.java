package org.fhiranchor.server;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Writes patients without end, some a second, and keeps what it was answered. */
final class Writers implements AutoCloseable {
  private static final long BETWEEN_WRITES_NANOS = 50_000_000;

  private final ServerProcess server;
  private final Queue<String> stored = new ConcurrentLinkedQueue<>();
  private final Map<Integer, HttpResponse<String>> firstOfStatus = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::write, "writers");
  private volatile boolean stopping;

  Writers(ServerProcess server) {
    this.server = server;
    thread.start();
  }

  private void write() {
    for (int n = 0; !stopping; n++) {
      HttpResponse<String> answer =
          server.ask(
              "PUT",
              "/fhir/Patient/w" + n,
              "{\"resourceType\":\"Patient\",\"id\":\"w" + n + "\",\"active\":true}");
      firstOfStatus.putIfAbsent(answer.statusCode(), answer);
      if (answer.statusCode() == 201) {
        stored.add("w" + n);
      }
      LockSupport.parkNanos(BETWEEN_WRITES_NANOS);
    }
  }

  /** Ids of those that the server said it has stored. */
  Queue<String> stored() {
    return stored;
  }

  /** Each status that was answered, with the first answer of it. */
  Map<Integer, HttpResponse<String>> statuses() {
    return firstOfStatus;
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
