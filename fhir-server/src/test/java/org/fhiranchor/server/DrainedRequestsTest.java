package org.fhiranchor.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.embedded.jetty.JettyServletWebServerFactory;
import org.springframework.boot.web.server.GracefulShutdownResult;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.server.WebServer;

final class DrainedRequestsTest {
  private final CountDownLatch begun = new CountDownLatch(1);

  /** Answers with how many bytes came in. */
  private final class Counting extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPut(HttpServletRequest request, HttpServletResponse answer)
        throws IOException {
      int count = 0;
      while (request.getInputStream().read() >= 0) {
        count++;
        begun.countDown();
      }
      answer.getWriter().print("bytes=" + count);
    }
  }

  private WebServer server() {
    JettyServletWebServerFactory factory = new JettyServletWebServerFactory(0);
    factory.setAddress(InetAddress.getLoopbackAddress());
    factory.setShutdown(Shutdown.GRACEFUL);
    factory.addServerCustomizers(new DrainedRequests());
    return factory.getWebServer(
        context -> context.addServlet("counting", new Counting()).addMapping("/"));
  }

  @Test
  @DisplayName("a request whose client pauses while the server stops is answered, and then it ends")
  void answersAPausingClient() throws IOException, InterruptedException {
    WebServer server = server();
    server.start();
    CompletableFuture<GracefulShutdownResult> stopped = new CompletableFuture<>();
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
      client.getOutputStream().write(ascii("PUT / HTTP/1.0\r\nContent-Length: 2\r\n\r\na"));
      assertThat(begun.await(20, SECONDS)).isTrue();
      server.shutDownGracefully(stopped::complete);
      await().pollDelay(2, SECONDS).until(() -> true);
      client.getOutputStream().write(ascii("b"));
      BufferedReader answer =
          new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
      assertThat(answer.lines().toList()).first().asString().contains(" 200");
      await().atMost(120, SECONDS).untilAsserted(() -> assertThat(stopped).isCompleted());
      assertThat(stopped).isCompletedWithValue(GracefulShutdownResult.IDLE);
    } finally {
      server.stop();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
