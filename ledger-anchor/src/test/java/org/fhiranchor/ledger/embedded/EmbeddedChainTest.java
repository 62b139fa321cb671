package org.fhiranchor.ledger.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.anchoring.MemoryAnchoring;
import org.fhiranchor.ledger.evm.TestChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedChainTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir Path folder;

  private EmbeddedChain.Settings settings() {
    return EmbeddedChain.Settings.of(folder.resolve("chain"), TestChain.roots(), List.of());
  }

  @Test
  void goesOnWithTheChainAfterARestart() {
    MemoryAnchoring anchoring;
    try (TestChain first = TestChain.start(folder)) {
      anchoring = new MemoryAnchoring("restart.test", first);
      anchoring.anchor(5);
    }
    try (TestChain second = TestChain.start(folder)) {
      assertThat(anchoring.on(second).ledgerSize()).isEqualTo(5);
      anchoring.on(second).anchor(9);
      assertThat(anchoring.on(second).ledgerSize()).isEqualTo(9);
    }
  }

  @Test
  void losesItsLatestBlocksWhenItIsKilledAndIsAnchoredOnAgain() {
    try (TestChain chain = TestChain.start(folder)) {
      MemoryAnchoring anchoring = new MemoryAnchoring("killed.test", chain);
      anchoring.anchor(5);
      URI url = chain.chain().rpcUrl();
      kill(chain.chain().pid());
      chain.chain().ensureRunning();
      assertThat(chain.chain().ensureRunning()).isFalse();
      assertThat(chain.chain().rpcUrl()).isEqualTo(url);
      TestChain.prepare(chain);
      anchoring.register();
      anchoring.anchor(9);
      assertThat(anchoring.ledgerSize()).isEqualTo(9);
    }
  }

  @Test
  void losesNothingThatIsOlderThanTheIntervalWhenItIsKilled() throws IOException {
    try (TestChain chain = TestChain.start(folder)) {
      MemoryAnchoring anchoring = new MemoryAnchoring("kept.test", chain);
      anchoring.anchor(5);
      Path state = folder.resolve("chain").resolve("state.json");
      String head = chain.anchorLedger().latest().ref().hash().hex();
      String newest = "\"best_block_number\":" + chain.anchorLedger().latest().number();
      // One that was written before may be there already.
      await()
          .atMost(LIMIT)
          .until(() -> Files.exists(state) && Files.readString(state).contains(newest));

      kill(chain.chain().pid());
      chain.chain().ensureRunning();
      assertThat(chain.anchorLedger().latest().ref().hash().hex()).isEqualTo(head);
      assertThat(anchoring.ledgerSize()).isEqualTo(5);
    }
  }

  @Test
  void isStartedAgainByItself() {
    try (TestChain chain = TestChain.start(folder)) {
      long pid = chain.chain().pid();
      kill(pid);
      await().atMost(LIMIT).until(() -> chain.chain().isAlive() && chain.chain().pid() != pid);
      assertThat(chain.account().chain()).isEqualTo(EmbeddedChain.DEFAULT_CHAIN);
      chain.chain().close();
      assertThat(chain.chain().ensureRunning()).isFalse();
      assertThat(chain.chain().isAlive()).isFalse();
    }
  }

  @Test
  void writesNothingWhenNothingHappens() throws IOException {
    try (TestChain chain = TestChain.start(folder)) {
      Path state = folder.resolve("chain").resolve("state.json");
      await().atMost(LIMIT).until(() -> Files.exists(state));
      FileTime first = Files.getLastModifiedTime(state);
      await()
          .during(Duration.ofSeconds(EmbeddedChain.STATE_SECONDS + 1))
          .atMost(LIMIT)
          .until(() -> Files.getLastModifiedTime(state).equals(first));
      assertThat(chain.chain().isAlive()).isTrue();
    }
  }

  @Test
  void restsAfterWritingItsStateForAsLongAsThatIsCostly() throws IOException {
    try (TestChain chain = TestChain.start(folder);
        ChainFolder copy = ChainFolder.open(folder.resolve("copy"))) {
      AnvilRpc anvil = new AnvilRpc(AnvilSocket.in(folder.resolve("chain")));
      StateKeeper keeper =
          new StateKeeper(
              anvil,
              state -> {
                copy.writeState(state);
                return true;
              });
      long begun = System.nanoTime();
      keeper.keep();
      long took = System.nanoTime() - begun;
      String first = Files.readString(copy.state());
      chain.mine(1);
      await().atMost(LIMIT).until(() -> written(keeper, copy).length() > first.length());
      assertThat(System.nanoTime() - begun).isGreaterThan(StateKeeper.REST * took / 2);
    }
  }

  private static String written(StateKeeper keeper, ChainFolder folder) throws IOException {
    keeper.keep();
    return Files.readString(folder.state());
  }

  private static void kill(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    await().atMost(LIMIT).until(() -> !process.isAlive());
  }

  @Test
  void keepsEveryNameWhenTheChainIsDeleted() throws IOException {
    MemoryAnchoring anchoring;
    try (TestChain first = TestChain.start(folder)) {
      anchoring = new MemoryAnchoring("deleted.test", first);
      anchoring.anchor(5);
    }
    deleteFiles(folder.resolve("chain"));
    try (TestChain second = TestChain.start(folder)) {
      MemoryAnchoring after = anchoring.on(second);
      assertThat(after.anchorContract()).isEqualTo(anchoring.anchorContract());
      assertThat(after.logId()).isEqualTo(anchoring.logId());
      after.register();
      assertThat(after.standing()).contains("the ledger has 0 leaves of this log, and had 5");
      after.anchor(9);
      assertThat(after.ledgerSize()).isEqualTo(9);
    }
  }

  private static void deleteFiles(Path of) throws IOException {
    try (var files = Files.list(of)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void refusesASecondServerOnTheSameFolder() {
    try (EmbeddedChain first = EmbeddedChain.start(settings())) {
      assertThatThrownBy(() -> EmbeddedChain.start(settings()))
          .isInstanceOf(EmbeddedChainException.class)
          .hasMessageContaining("another server is using");
      assertThat(first.isAlive()).isTrue();
    }
    EmbeddedChain.start(settings()).close();
  }

  @Test
  void endsTheChainThatAKilledServerLeftBehind() throws Exception {
    Process server = child("wait");
    long orphan = chainOf(server);
    server.destroyForcibly();
    assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(isAlive(orphan)).isTrue();
    try (EmbeddedChain chain = EmbeddedChain.start(settings())) {
      assertThat(isAlive(orphan)).isFalse();
      assertThat(chain.pid()).isNotEqualTo(orphan);
    }
  }

  @Test
  void endsTheChainWithTheServer() throws Exception {
    Process server = child("end");
    long pid = chainOf(server);
    assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
    await().atMost(LIMIT).until(() -> !isAlive(pid));
  }

  @Test
  void endsTheChainWithAServerThatIsToldToEndBeforeItAnswers() throws Exception {
    Path program = AnvilBinary.find(TestChain.roots());
    Path root = folder.resolve("silent");
    Path silent = root.resolve(TestChain.roots().get(0).toAbsolutePath().relativize(program));
    Files.createDirectories(silent.getParent());
    Files.writeString(silent, "#!/bin/sh\necho $$ >\"$HOME/started\"\nexec sleep 600\n");
    assertThat(silent.toFile().setExecutable(true)).isTrue();
    Process server = child(root, "wait");
    Path started = folder.resolve("chain").resolve("started");
    await().atMost(LIMIT).until(() -> Files.exists(started) && Files.size(started) > 1);
    long pid = Long.parseLong(Files.readString(started).strip());
    assertThat(isAlive(pid)).isTrue();
    server.destroy();
    assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
    await().atMost(LIMIT).until(() -> !isAlive(pid));
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private Process child(String mode) throws IOException {
    return child(TestChain.roots().get(0), mode);
  }

  private Process child(Path root, String mode) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ChildServer.class.getName(),
            folder.resolve("chain").toString(),
            root.toString(),
            mode)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static long chainOf(Process server) throws IOException {
    BufferedReader lines = server.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("pid ")) {
        return Long.parseLong(line.substring(4));
      }
    }
    throw new AssertionError("the server ended without a chain");
  }

  @Test
  void endsNoProcessThatOnlyHasTheRememberedNumber() throws IOException {
    Path chain = Files.createDirectories(folder.resolve("chain"));
    Files.writeString(chain.resolve("anvil.pid"), Long.toString(ProcessHandle.current().pid()));
    EmbeddedChain.start(settings()).close();
    Files.writeString(chain.resolve("anvil.pid"), "no number");
    EmbeddedChain.start(settings()).close();
  }

  @Test
  void goesOnFromTheCopyWhenTheStateIsHalfWritten() throws IOException {
    MemoryAnchoring anchoring;
    try (TestChain first = TestChain.start(folder)) {
      anchoring = new MemoryAnchoring("damaged.test", first);
      anchoring.anchor(5);
    }
    Path state = folder.resolve("chain").resolve("state.json");
    String whole = Files.readString(state);
    Files.writeString(state, whole.substring(0, whole.length() / 2));
    try (TestChain second = TestChain.start(folder)) {
      assertThat(anchoring.on(second).ledgerSize()).isEqualTo(5);
    }
    Files.writeString(state, "{");
    Files.writeString(folder.resolve("chain").resolve("state.previous.json"), "{");
    try (TestChain third = TestChain.start(folder)) {
      anchoring.on(third).register();
      assertThat(anchoring.on(third).ledgerSize()).isZero();
    }
  }

  @Test
  void hasNoAccountsNoBlocksWithoutTransactionsAndNoSecretOnTheCommandLine() throws IOException {
    try (TestChain chain = TestChain.start(folder)) {
      assertThat(chain.anvil("eth_accounts").size()).isZero();
      long before = chain.anchorLedger().latest().number();
      String words = Files.readString(folder.resolve("mnemonic")).strip();
      String[] arguments =
          ProcessHandle.of(chain.chain().pid()).orElseThrow().info().arguments().orElseThrow();
      assertThat(arguments).doesNotContain("--mnemonic", words);
      assertThat(chain.anchorLedger().latest().number()).isEqualTo(before);
    }
  }

  @Test
  void takesAChainIdAndAPort() {
    EmbeddedChain.Settings free = settings();
    int port;
    try (EmbeddedChain chain = EmbeddedChain.start(free)) {
      port = chain.rpcUrl().getPort();
    }
    EmbeddedChain.Settings given =
        new EmbeddedChain.Settings(
            folder.resolve("other"), TestChain.roots(), new ChainId(4242), port, List.of(), LIMIT);
    try (EmbeddedChain chain = EmbeddedChain.start(given)) {
      assertThat(chain.rpcUrl()).isEqualTo(URI.create("http://127.0.0.1:" + port));
      assertThat(chain.chainId()).isEqualTo(new ChainId(4242));
      EmbeddedChain.Settings taken =
          new EmbeddedChain.Settings(
              folder.resolve("third"), TestChain.roots(), chain.chainId(), port, List.of(), LIMIT);
      assertThatThrownBy(() -> EmbeddedChain.start(taken))
          .isInstanceOf(EmbeddedChainException.class)
          .hasMessageContaining("choose another anchor.ledger.embedded.port");
    }
  }

  @Test
  void saysHowToInstallAnvil() {
    EmbeddedChain.Settings nowhere =
        EmbeddedChain.Settings.of(folder.resolve("chain"), List.of(folder), List.of());
    assertThatThrownBy(() -> EmbeddedChain.start(nowhere))
        .isInstanceOf(EmbeddedChainException.class)
        .hasMessageContaining("run `npm ci`");
  }

  @Test
  void servesAnvilsOwnHttpWhereNoPageReachesIt() throws IOException {
    try (EmbeddedChain chain = EmbeddedChain.start(settings())) {
      List<String> arguments =
          List.of(ProcessHandle.of(chain.pid()).orElseThrow().info().arguments().orElseThrow());
      String host = arguments.get(arguments.indexOf("--host") + 1);
      int port = Integer.parseInt(arguments.get(arguments.indexOf("--port") + 1));
      assertThat(host.equals("127.255.255.255") || HiddenAddress.REFUSED_BY_BROWSERS.contains(port))
          .as(host + ":" + port)
          .isTrue();
    }
    HiddenAddress elsewhere = HiddenAddress.refusedByBrowsers();
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(elsewhere.host(), elsewhere.port()));
      assertThat(HiddenAddress.REFUSED_BY_BROWSERS)
          .contains(elsewhere.port(), HiddenAddress.refusedByBrowsers().port());
      assertThat(HiddenAddress.refusedByBrowsers()).isNotEqualTo(elsewhere);
    }
  }

  @Test
  void refusesAFolderWhosePathNoSocketCanHave() {
    EmbeddedChain.Settings deep =
        EmbeddedChain.Settings.of(folder.resolve("d".repeat(120)), TestChain.roots(), List.of());
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> EmbeddedChain.start(deep))
          .isInstanceOf(EmbeddedChainException.class)
          .hasMessageContaining("choose a shorter data folder");
    }
  }

  @Test
  void knowsWhereItRuns() {
    assertThatThrownBy(() -> AnvilBinary.find(List.of(folder), "Mac OS X", "aarch64"))
        .hasMessageContaining("anvil-darwin-arm64");
    assertThatThrownBy(() -> AnvilBinary.find(List.of(folder), "Linux", "amd64"))
        .hasMessageContaining("anvil-linux-amd64");
    assertThatThrownBy(() -> AnvilBinary.find(List.of(folder), "Windows 11", "amd64"))
        .hasMessageContaining("runs on Linux and macOS, got Windows 11");
    assertThatThrownBy(() -> AnvilBinary.find(List.of(folder), "Linux", "riscv64"))
        .hasMessageContaining("got riscv64");
  }
}
