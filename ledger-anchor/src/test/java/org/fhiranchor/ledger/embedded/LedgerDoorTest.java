package org.fhiranchor.ledger.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.fhiranchor.ledger.evm.TestChain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask the embedded chain over HTTP, and what. */
@SuppressWarnings("NullAway.Init")
final class LedgerDoorTest {
  private static final String JSON = "Content-Type: application/json";
  private static final String CHAIN_ID = "\"result\":\"0x7a69\"";

  @TempDir static Path folder;
  private static EmbeddedChain chain;

  @BeforeAll
  static void start() {
    chain =
        EmbeddedChain.start(
            EmbeddedChain.Settings.of(folder.resolve("chain"), TestChain.roots(), List.of()));
  }

  @AfterAll
  static void stop() {
    chain.close();
  }

  @Test
  void answersWhoAsksThisMachineByItsOwnName() throws IOException {
    int port = chain.rpcUrl().getPort();
    for (String host : List.of("localhost", "127.0.0.1:" + port, "LOCALHOST:9000", "[::1]:1")) {
      assertThat(post(call("eth_chainId", ""), "Host: " + host, JSON))
          .as(host)
          .startsWith("HTTP/1.1 200")
          .contains(CHAIN_ID)
          .doesNotContainIgnoringCase("access-control");
    }
    assertThat(post(call("eth_chainId", ""), "Host: localhost", JSON + "; charset=utf-8"))
        .contains(CHAIN_ID);
    assertThat(
            post(call("eth_chainId", ""), "Host: localhost", JSON, "Origin: http://localhost:8080"))
        .contains(CHAIN_ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example",
        "Host: evil.example:8545",
        "Host: 127.0.0.1.evil.example",
        "Host: evil.example#127.0.0.1",
        "Host: 127.0.0.1@evil.example",
        "Host: localhost.",
        "Host: 127.0.0.2",
        "Host: ",
        "No-Host: localhost",
        "Host: localhost\r\nHost: evil.example",
        "Host: localhost\r\nOrigin: http://evil.example",
        "Host: localhost\r\nOrigin: null",
        "Host: localhost\r\nOrigin: http://localhost.evil.example",
        "Host: localhost\r\nOrigin: http://localhost\r\nOrigin: https://evil.example",
      })
  void answersNoPageThatRebindsItsNameOrComesFromElsewhere(String headers) throws IOException {
    assertThat(post(call("eth_chainId", ""), headers, JSON))
        .startsWith("HTTP/1.1 4")
        .doesNotContain("0x7a69");
  }

  @Test
  void takesJsonByPostAtItsRootAlone() throws IOException {
    String question = call("eth_chainId", "");
    assertThat(post(question, "Host: localhost", "Content-Type: text/plain"))
        .startsWith("HTTP/1.1 415");
    assertThat(post(question, "Host: localhost")).startsWith("HTTP/1.1 415");
    assertThat(ask("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 405");
    assertThat(ask("OPTIONS / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 405")
        .doesNotContainIgnoringCase("access-control");
    assertThat(request("POST /other", question, "Host: localhost", JSON))
        .startsWith("HTTP/1.1 404");
    assertThat(request("POST http://evil.example/", question, "Host: localhost", JSON))
        .startsWith("HTTP/1.1 404");
    assertThat(post(" ".repeat(2 * 1024 * 1024 + 1_000), "Host: localhost", JSON))
        .startsWith("HTTP/1.1 413");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anvil_setBalance",
        "anvil_setStorageAt",
        "anvil_impersonateAccount",
        "hardhat_setCode",
        "evm_revert",
        "evm_mine",
        "eth_sendTransaction",
        "eth_sendUnsignedTransaction",
        "eth_sign",
        "debug_traceTransaction",
        "txpool_content",
        "eth_chainid",
        "",
      })
  void readsAndTakesSignedTransactionsAlone(String method) throws IOException {
    assertThat(post(call(method, ""), "Host: localhost", JSON))
        .contains("\"error\"", "-32601")
        .doesNotContain("\"result\"");
  }

  @Test
  void understandsWhatItSendsOn() throws IOException {
    String setBalance = "\"method\":\"anvil_setBalance\"";
    String account = "0x" + "66".repeat(20);
    String parameters = "\"params\":[\"" + account + "\",\"0x1\"]";
    List<String> crooked =
        List.of(
            "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"eth_chainId\","
                + setBalance
                + ","
                + parameters
                + "}",
            "{\"id\":1,\"jsonrpc\":\"2.0\","
                + setBalance
                + ",\"method\":\"eth_chainId\","
                + parameters
                + "}",
            "{\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}{\"id\":1,"
                + setBalance
                + ","
                + parameters
                + "}",
            "{\"id\":{\"x\":1},\"method\":\"eth_chainId\"}",
            "[[{\"id\":1," + setBalance + "," + parameters + "}]]",
            "[]",
            "",
            "{",
            "7",
            "{\"method\":[\"eth_chainId\"],\"id\":1}",
            "[".repeat(5_000));
    for (String body : crooked) {
      assertThat(post(body, "Host: localhost", JSON))
          .as(body)
          .contains("\"error\"")
          .doesNotContain("\"result\"");
    }
    assertThat(
            post(call("eth_getBalance", "\"" + account + "\",\"latest\""), "Host: localhost", JSON))
        .contains("\"result\":\"0x0\"");
  }

  @Test
  void answersEachOfManyQuestionsAtOnce() throws IOException {
    String both = "[" + call("eth_chainId", "") + "," + call("evm_mine", "") + "]";
    assertThat(post(both, "Host: localhost", JSON)).contains("[{", CHAIN_ID, "-32601", "}]");
    assertThat(
            post("[" + (call("eth_chainId", "") + ",").repeat(200) + "7]", "Host: localhost", JSON))
        .contains("\"error\"")
        .doesNotContain("\"result\"");
  }

  @Test
  void leavesAnvilsOwnDoorToTheOwnerOfAFileAlone() throws IOException {
    Path socket = folder.resolve("chain").resolve("anvil.ipc");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    assertThat(AnvilSocket.in(folder.resolve("chain")).ask(call("anvil_mine", "\"0x1\"")))
        .contains("\"result\"");
  }

  private static String call(String method, String parameters) {
    return "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"%s\",\"params\":[%s]}"
        .formatted(method, parameters);
  }

  private static String post(String body, String... headers) throws IOException {
    return request("POST /", body, headers);
  }

  private static String request(String what, String body, String... headers) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return ask(
        what
            + " HTTP/1.1\r\n"
            + String.join("\r\n", headers)
            + "\r\nConnection: close\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n"
            + body);
  }

  private static String ask(String bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), chain.rpcUrl().getPort())) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
