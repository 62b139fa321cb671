package org.fhiranchor.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BoundedHttpTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  @Test
  @DisplayName("VER-4 a server that drips a byte now and then does not hold us")
  void drippingServer() throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    LocalServer.Answer drip =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream body = exchange.getResponseBody();
          try {
            for (int i = 0; i < 1000 && !never.await(50, TimeUnit.MILLISECONDS); i++) {
              body.write(1);
              body.flush();
            }
          } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
          }
        };
    try (LocalServer server = new LocalServer(drip)) {
      long start = System.nanoTime();
      assertThatIOException()
          .isThrownBy(() -> new BoundedHttp(SHORT).get(server.url(), 100_000))
          .withMessageContaining("no answer within 300 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  @DisplayName("VER-4 a body at the limit is read, one past it is refused")
  void boundsTheBody() throws IOException {
    try (LocalServer server = new LocalServer(e -> LocalServer.send(e, 200, new byte[100]))) {
      BoundedHttp http = new BoundedHttp(Duration.ofSeconds(5));
      assertThat(http.get(server.url(), 100)).hasSize(100);
      assertThatIOException()
          .isThrownBy(() -> http.get(server.url(), 99))
          .withMessageContaining("more than 99 bytes");
    }
  }
}
