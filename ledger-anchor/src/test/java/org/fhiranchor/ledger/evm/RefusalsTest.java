package org.fhiranchor.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.protocol.core.Response;

/** The words of several nodes, and answers of none. */
final class RefusalsTest {
  @ParameterizedTest
  @CsvSource({
    "-32000, nonce too low: next nonce 5 tx nonce 4, NONCE_TOO_LOW",
    "-32001, Nonce too low, NONCE_TOO_LOW",
    "-32003, nonce too low, NONCE_TOO_LOW",
    "-32010, OldNonce, NONCE_TOO_LOW",
    "-32000, replacement transaction underpriced, UNDERPRICED",
    "-32000, Replacement transaction underpriced, UNDERPRICED",
    "-32000, insufficient funds for gas * price + value, INSUFFICIENT_FUNDS",
    "-32004, Upfront cost exceeds account balance, INSUFFICIENT_FUNDS",
    "-32003, Insufficient funds for gas * price + value, INSUFFICIENT_FUNDS",
    "-32000, Sender has not enough funds to send tx. The max upfront cost is: 2, INSUFFICIENT_FUNDS",
    "-32000, Transaction maxFeePerGas (1) is too low for the next block, FEE_OUT_OF_RANGE",
    "-32000, max fee per gas less than block base fee, FEE_OUT_OF_RANGE",
    "-32009, Gas price below configured minimum gas price, FEE_OUT_OF_RANGE",
    "-32000, tx fee (1.20 ether) exceeds the configured cap (1.00 ether), FEE_OUT_OF_RANGE",
    "3, execution reverted, REVERTED",
    "-32000, VM execution error: reverted, REVERTED",
    "-32000, invalid sender: invalid chain id for signer, UNFIT",
    "-32602, Wrong chainId, UNFIT",
    "-32000, rlp: expected input list for types.DynamicFeeTx, UNFIT",
    "-32602, Failed to decode transaction, UNFIT",
    "-32000, intrinsic gas too low: gas 20000, GAS_TOO_LOW",
    "-32601, the method eth_foo does not exist, INVALID",
    "-32602, invalid argument 0, INVALID",
  })
  void namesTheReason(int code, String message, Reason reason) {
    assertThat(NodeErrors.of("eth_test", new Response.Error(code, message), Optional.empty()))
        .isInstanceOfSatisfying(
            LedgerRejectedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @CsvSource({
    "-32603, Internal error",
    "-32005, daily request count exceeded",
    "429, Too Many Requests",
    "-32000, header not found",
    "-32000, txpool is full: pool is full",
    "-32000, query timeout exceeded",
  })
  void triesAgainWhatMayPass(int code, String message) {
    assertThat(NodeErrors.of("eth_test", new Response.Error(code, message), Optional.empty()))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shortensWhatAHostileNodeSays() {
    Response.Error endless = new Response.Error(1, "x".repeat(100_000));
    assertThat(NodeErrors.of("eth_test", endless, Optional.empty()).getMessage())
        .hasSizeLessThan(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>bad gateway</html>",
        "[]",
        "{}",
        "null",
        "{\"jsonrpc\":\"2.0\",\"id\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"number\":\"0x1\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"number\":17,\"hash\":[],\"timestamp\":\"0xzz\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"number\":\"0x10000000000000000\",\"timestamp\":\"0x1\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"number\":\"0x1\",\"timestamp\":\"0x7fffffffffffffff\"}}",
      })
  void takesNonsenseForNoAnswer(String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    try (EvmClient client = EvmClient.connect(url, Duration.ofSeconds(5))) {
      assertThatThrownBy(() -> new EvmBlocks(client).latest())
          .isInstanceOf(LedgerUnavailableException.class);
    } finally {
      server.stop(0);
    }
  }
}
