package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.embedded.EmbeddedChain;
import org.fhiranchor.ledger.secret.SecretFile;
import org.fhiranchor.merkle.LogSigningKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A start that must stop: within ten seconds, in one sentence, and nothing is left behind. The
 * seconds are those of a machine with a processor to spare; a busy one gets as many more as it is
 * busier.
 */
final class RefusedStartTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String NOBODY = "0x00000000000000000000000000000000000000aa";

  @TempDir Path folder;

  @Test
  @DisplayName("OPS-1 a wrong setting")
  void wrongSetting() throws IOException, InterruptedException {
    refuses(folder.resolve("new/data"), "did you mean anchor.log.origin", "--anchor.log.orign=x");
  }

  @Test
  @DisplayName("OPS-1 a port that is taken")
  void takenPort() throws IOException, InterruptedException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(other.getLocalPort());
      refuses(folder.resolve("data"), port, "--server.port=" + port);
    }
  }

  @Test
  @DisplayName("OPS-1 a data folder that cannot be made")
  void unwritableFolder() throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    refuses(file.resolve("data"), "cannot be written");
  }

  @Test
  @DisplayName("OPS-1 a data folder that another server uses")
  void usedFolder() throws IOException, InterruptedException {
    DataFolder other = DataFolder.lock(folder.resolve("data"));
    refuses(folder.resolve("data"), "in use by another server");
    other.destroy();
  }

  @Test
  @DisplayName("OPS-1 a disk with less space than the limit")
  void fullDisk() throws IOException, InterruptedException {
    refuses(
        folder.resolve("data"),
        "of free space",
        "--management.health.diskspace.threshold=1000000000MB");
  }

  @Test
  @DisplayName("OPS-1 KEYS-1 a missing signing key beside what a log has left")
  void missingKey() throws IOException, InterruptedException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("log-head-00000000"), "a head");
    refuses(data, "make log-key FILE=");
  }

  @Test
  @DisplayName("OPS-1 KEYS-1 a missing signing key of a log in H2's file")
  void missingKeyOfTheDatabase() throws IOException, InterruptedException, SQLException {
    Path data = Files.createDirectories(folder.resolve("data"));
    try (Connection h2 = DriverManager.getConnection("jdbc:h2:file:" + data.resolve("h2/fhir"))) {
      h2.createStatement().execute("create table anchor_log (id int)");
      h2.createStatement().execute("insert into anchor_log values (1)");
    }
    refuses(data, "make log-key FILE=");
  }

  @Test
  @DisplayName("OPS-1 an embedded chain that is not installed")
  void missingChain() throws IOException, InterruptedException {
    refuses(
        folder.resolve("data"),
        "embedded chain: want",
        "--anchor.ledger.embedded.node-modules=" + folder.resolve("none/node_modules"));
  }

  @Test
  @DisplayName("OPS-1 a ledger without our contract at the address")
  void wrongContract() throws IOException, InterruptedException {
    Path data = Files.createDirectories(folder.resolve("data"));
    LogSigningKey key = LogSigningKey.generate("example.org/log", new SecureRandom());
    new SecretFile("log", data.resolve("log.key")).create(key.encode() + "\n");
    Path root = Path.of(System.getProperty("anchor.root", ".")).toAbsolutePath();
    try (EmbeddedChain chain =
        EmbeddedChain.start(
            EmbeddedChain.Settings.of(
                folder.resolve("chain"), List.of(root), List.of(Address.parse(NOBODY))))) {
      refuses(
          data,
          "there is no contract",
          "--anchor.log.origin=example.org/log",
          "--anchor.ledger.mode=rpc",
          "--anchor.ledger.rpc-url=" + chain.rpcUrl(),
          "--anchor.ledger.chain-id=" + EmbeddedChain.DEFAULT_CHAIN,
          "--anchor.ledger.anchor-contract=0x00000000000000000000000000000000000000bb",
          "--anchor.ledger.signer-url=http://127.0.0.1:9",
          "--anchor.ledger.signer-address=" + NOBODY);
    }
  }

  @Test
  @DisplayName("OPS-1 a PostgreSQL that is not there")
  void refusedConnection() throws IOException, InterruptedException {
    refuses(
        folder.resolve("data"),
        "jdbc:postgresql://127.0.0.1:9/fhir refuses connections",
        "--spring.datasource.url=jdbc:postgresql://127.0.0.1:9/fhir?password=secret");
  }

  @Test
  @DisplayName("OPS-1 a PostgreSQL that does not answer, and one without the database")
  void silentPostgres() {
    try (PostgresServer postgres = PostgresServer.start()) {
      String user = "--spring.datasource.username=" + postgres.user();
      postgres.paused(
          () -> launch("does not answer", "--spring.datasource.url=" + postgres.url(), user));
      launch("is not there", "--spring.datasource.url=" + postgres.url() + "none", user);
    }
  }

  private void launch(String sentence, String... settings) {
    try {
      refuses(folder.resolve("data"), sentence, settings);
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private void refuses(Path data, String sentence, String... settings)
      throws IOException, InterruptedException {
    List<String> before = files();
    try (ServerProcess server = ServerProcess.launch(data, settings)) {
      assertThat(server.endsWithin(limit())).as("ended: " + server.output()).isTrue();
      assertThat(server.exitValue()).isNotZero();
      assertThat(server.output())
          .contains(sentence)
          .doesNotContain("\tat ", "secret")
          .satisfies(said -> assertThat(said.lines()).hasSizeLessThan(25));
    }
    assertThat(files()).isEqualTo(before);
  }

  private static Duration limit() {
    OperatingSystemMXBean machine = ManagementFactory.getOperatingSystemMXBean();
    double busy = machine.getSystemLoadAverage() / machine.getAvailableProcessors();
    return Duration.ofMillis(Math.round(LIMIT.toMillis() * Math.max(1, busy)));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> !file.startsWith(folder.resolve("chain")))
          .map(Path::toString)
          .sorted()
          .toList();
    }
  }
}
