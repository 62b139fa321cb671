package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerLookupTest {
  private static final byte[] PATIENT = SampleLog.patient(1, "Chalmers");

  @TempDir private Path folder;

  private final SampleLog log = new SampleLog();

  @BeforeEach
  void oneAnchoredVersion() throws IOException {
    log.append(SampleLog.stored(PATIENT, Optional.empty()));
    log.fill(99);
    Files.write(folder.resolve("r.json"), PATIENT);
    Files.write(
        folder.resolve("p.json"),
        log.proof(
            0, 70, Optional.of(log.anchor(80, NodeAnswers.CONTRACT, NodeAnswers.LOG_ID, 77))));
  }

  @Test
  @DisplayName("VER-1 the ledger's head is the anchored one")
  void headIsTheAnchor() throws IOException {
    Run run = ask(new NodeAnswers(log, 80));
    assertThat(run.out()).contains("\u2713 ledger-head").contains("the ledger's head of 80 leaves");
    assertThat(run.code()).isZero();
  }

  @Test
  @DisplayName("VER-1 the ledger's head is past the anchored one, whose event is on the ledger")
  void headIsPastTheAnchor() throws IOException {
    NodeAnswers node = new NodeAnswers(log, 100);
    node.anchored("0x4d", log.root(80));
    assertThat(ask(node).out()).contains("extended since to 100").endsWith("VERIFIED\n");
    NodeAnswers elsewhere = new NodeAnswers(log, 100);
    elsewhere.anchored("0x0", log.root(80));
    assertThat(ask(elsewhere).code()).isZero();
  }

  @Test
  @DisplayName("VER-1 a size that the ledger never had, or had with another root, is not verified")
  void anchorIsNotOnTheLedger() throws IOException {
    assertRefused("never had a head of this size", ask(new NodeAnswers(log, 100)));
    NodeAnswers otherRoot = new NodeAnswers(log, 100);
    otherRoot.anchored("0x4d", Digest.sha256());
    assertRefused("has another root", ask(otherRoot));
    NodeAnswers rewritten = new NodeAnswers(log, 80);
    rewritten.head(80, Digest.sha256());
    assertRefused("has another root", ask(rewritten));
    assertRefused("behind the anchor", ask(new NodeAnswers(log, 79)));
    NodeAnswers none = new NodeAnswers(log, 80);
    none.head(0, Digest.of(new byte[32]));
    assertRefused("behind the anchor", ask(none));
  }

  @Test
  @DisplayName("VER-1 another chain, contract, log or key is not verified")
  void wrongPlace() throws IOException {
    NodeAnswers otherChain = new NodeAnswers(log, 80);
    otherChain.results.put("eth_chainId", "\"0x1\"");
    assertRefused("another chain", ask(otherChain));
    NodeAnswers otherKey = new NodeAnswers(log, 80);
    String zero = "0x" + "0".repeat(64);
    otherKey.results.put(Abi.IDENTITY + NodeAnswers.LOG_ID, "\"" + zero + "\"");
    assertRefused("this log id belongs to another key", ask(otherKey));
    NodeAnswers noContract = new NodeAnswers(log, 80);
    noContract.results.put(Abi.IDENTITY + NodeAnswers.LOG_ID, "\"0x\"");
    assertRefused("no AnchorRegistry stands at", ask(noContract));
    NodeAnswers node = new NodeAnswers(log, 80);
    assertRefused("another log", ask(node, "--log-id", "0x" + Digest.sha256()));
    try (LocalServer server = new LocalServer(node)) {
      Run run = run("--rpc", server.url(), "--contract", "0x" + "1".repeat(40));
      assertRefused("another contract", run);
    }
  }

  @Test
  @DisplayName("VER-2 a node that is not there, refuses or talks nonsense leaves it undecided")
  void nodeFails() throws IOException {
    LocalServer gone = new LocalServer(exchange -> {});
    URI nobody = gone.url();
    gone.close();
    assertUndecided(run("--rpc", nobody, "--contract", NodeAnswers.CONTRACT));
    List<LocalServer.Answer> answers = new ArrayList<>();
    for (String body :
        List.of(
            "",
            "<html>",
            "[]",
            "{}",
            "{\"result\":7}",
            "{\"result\":\"0xzz\"}",
            "{\"result\":\"0x" + "f".repeat(64) + "\"}",
            "{\"error\":{\"message\":\"no\"}}",
            "{\"result\":" + "[".repeat(100_000))) {
      answers.add(exchange -> LocalServer.send(exchange, 200, body.getBytes(UTF_8)));
    }
    answers.add(exchange -> LocalServer.send(exchange, 500, new byte[0]));
    answers.add(exchange -> LocalServer.send(exchange, 302, new byte[0]));
    answers.add(exchange -> LocalServer.send(exchange, 200, new byte[JsonRpc.MAX_ANSWER + 1]));
    for (LocalServer.Answer answer : answers) {
      try (LocalServer server = new LocalServer(answer)) {
        Run run = run("--rpc", server.url(), "--contract", NodeAnswers.CONTRACT);
        if (run.code() != 1 || !run.out().contains("another chain")) {
          assertUndecided(run);
        }
      }
    }
  }

  @Test
  @DisplayName("VER-2 answers of the contract that are out of shape leave it undecided")
  void contractAnswersNonsense() throws IOException {
    for (String words :
        List.of("0x", "0x00", "0x" + "f".repeat(256), "0x" + "g".repeat(256), "7")) {
      NodeAnswers node = new NodeAnswers(log, 80);
      node.results.put(Abi.HEAD + NodeAnswers.LOG_ID, "\"" + words + "\"");
      assertUndecided(ask(node));
    }
    for (String events : List.of("7", "[7]", "[{}]", "[{\"data\":\"0x\"}]")) {
      NodeAnswers node = new NodeAnswers(log, 100);
      node.results.put("eth_getLogs", events);
      assertUndecided(ask(node));
    }
  }

  @Test
  @DisplayName("VER-2 a pending proof is undecided, and needs --log-id to be looked for")
  void pendingProof() throws IOException {
    Files.write(folder.resolve("p.json"), log.proof(0, 70, Optional.empty()));
    assertThat(ask(new NodeAnswers(log, 80)).out()).contains("an anchor");
    Run exact = ask(new NodeAnswers(log, 70), "--log-id", "0x" + NodeAnswers.LOG_ID);
    assertThat(exact.code()).isZero();
    assertUndecided(ask(new NodeAnswers(log, 80), "--log-id", "0x" + NodeAnswers.LOG_ID));
  }

  private Run ask(NodeAnswers node, Object... more) throws IOException {
    try (LocalServer server = new LocalServer(node)) {
      List<Object> args =
          new ArrayList<>(List.of("--rpc", server.url(), "--contract", NodeAnswers.CONTRACT));
      args.addAll(List.of(more));
      return run(args.toArray());
    }
  }

  private Run run(Object... more) {
    List<Object> args =
        new ArrayList<>(
            List.of(
                folder.resolve("r.json"),
                folder.resolve("p.json"),
                "--key",
                log.key.verifierKey()));
    args.addAll(List.of(more));
    return Run.of(args.toArray());
  }

  private static void assertRefused(String reason, Run run) {
    assertThat(run.out()).contains("\u2717 ledger-head", reason);
    assertThat(run.code()).isEqualTo(1);
  }

  private static void assertUndecided(Run run) {
    assertThat(run.out()).contains("? ledger-head");
    assertThat(run.code()).isEqualTo(3);
  }
}
