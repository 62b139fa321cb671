package org.fhiranchor.ledger.evm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.evm.NodeStanding.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class NodeStandingTest {
  private static final String LIMIT =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32005,\"message\":\"limit exceeded\"}}";
  private static final String HASH = "\"0x" + "ab".repeat(32) + "\"";
  private static final String BLOCK =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"number\":\"0x2a\",\"hash\":"
          + HASH
          + ",\"parentHash\":"
          + HASH
          + ",\"timestamp\":\"0x1\"}}";

  private final HttpServer node;
  private final EvmClient client;
  private final EvmBlocks blocks;
  private volatile int status = 200;
  private volatile String answer = BLOCK;

  NodeStandingTest() throws IOException {
    node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    node.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = answer.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    node.start();
    URI url = URI.create("http://user:secret@127.0.0.1:" + port() + "/v3/secret?key=secret");
    client = EvmClient.connect(url, Duration.ofSeconds(10));
    blocks = new EvmBlocks(client);
  }

  private int port() {
    return node.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    client.close();
    node.stop(0);
  }

  private State afterAFailure() {
    assertThatThrownBy(blocks::latest).isInstanceOf(LedgerUnavailableException.class);
    return client.standing().state();
  }

  @Test
  @DisplayName("CON-6 a node is unasked, answers, refuses, is silent, and answers again")
  void states() {
    assertThat(client.standing().state()).isEqualTo(State.UNASKED);
    blocks.latest();
    assertThat(client.standing().state()).isEqualTo(State.ANSWERS);
    assertThat(client.standing().block()).hasValue(42);
    status = 429;
    assertThat(afterAFailure()).isEqualTo(State.REFUSES);
    status = 200;
    answer = LIMIT;
    assertThat(afterAFailure()).isEqualTo(State.REFUSES);
    Instant refused = client.standing().since();
    assertThat(afterAFailure()).isEqualTo(State.REFUSES);
    assertThat(client.standing().since()).isEqualTo(refused);
    answer = "<html>";
    assertThat(afterAFailure()).isEqualTo(State.SILENT);
    answer = BLOCK;
    blocks.latest();
    Instant since = client.standing().since();
    blocks.latest();
    assertThat(client.standing().since()).isEqualTo(since);
    node.stop(0);
    assertThat(afterAFailure()).isEqualTo(State.SILENT);
    assertThat(client.standing().block()).hasValue(42);
  }

  @Test
  @DisplayName("CON-6 of a node's address the host and the port are told, and no secret in it")
  void place() {
    assertThat(client.standing().place()).isEqualTo("127.0.0.1:" + port());
  }

  @Test
  @DisplayName("CON-6 a node that answers lags when another one has come three blocks further")
  void lags() {
    List<NodeStanding> nodes =
        List.of(
            at(State.ANSWERS, 10),
            at(State.ANSWERS, 8),
            at(State.ANSWERS, 7),
            at(State.SILENT, 2),
            new NodeStanding("d", State.UNASKED, Instant.EPOCH, OptionalLong.empty()));
    assertThat(NodeStanding.compared(nodes).stream().map(NodeStanding::state))
        .containsExactly(State.ANSWERS, State.ANSWERS, State.LAGS, State.SILENT, State.UNASKED);
  }

  private static NodeStanding at(State state, long block) {
    return new NodeStanding("d", state, Instant.EPOCH, OptionalLong.of(block));
  }
}
