package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fhiranchor.merkle.LogSigningKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealChainTest {
  private static final byte[] PATIENT = SampleLog.patient(1, "Chalmers");
  private static final Pattern BLOCK = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);

  @TempDir private static Path folder;

  private final SampleLog log = new SampleLog();
  private final RealLedger ledger = start();

  private RealLedger start() {
    log.append(SampleLog.stored(PATIENT, Optional.empty()));
    log.fill(99);
    return new RealLedger(folder.resolve("ledger"), log);
  }

  @BeforeEach
  void anchorEightyLeaves() throws IOException {
    long block = ledger.anchor(0, 80);
    Files.write(folder.resolve("resource.json"), PATIENT);
    Files.write(
        folder.resolve("proof.json"),
        log.proof(
            0, 70, Optional.of(log.anchor(80, ledger.contract(), ledger.logId().value(), block))));
  }

  @AfterEach
  void stop() {
    ledger.close();
  }

  @Test
  @DisplayName(
      "VER-1 against the real contract: anchored, extended, another key, a whole log; JavaScript"
          + " says the same")
  void realContract() throws IOException, InterruptedException {
    Object[] args = {
      folder.resolve("resource.json"),
      folder.resolve("proof.json"),
      "--key",
      log.key.verifierKey(),
      "--rpc",
      ledger.rpc(),
      "--contract",
      ledger.contract(),
      "--log-id",
      ledger.logId()
    };
    VerifierJs js = new VerifierJs(folder);
    assertThat(Run.of(args).out()).endsWith("VERIFIED\n").contains("head of 80 leaves");
    assertThat(js.print(args)).isEqualTo(Run.of(args).out());

    ledger.anchor(80, 100);
    assertThat(Run.of(args).out()).endsWith("VERIFIED\n").contains("extended since to 100");
    assertThat(js.print(args)).isEqualTo(Run.of(args).out());

    args[3] = LogSigningKey.generate(SampleLog.ORIGIN, new SecureRandom()).verifierKey();
    assertThat(Run.of(args).code()).isEqualTo(1);
    assertThat(js.print(args)).isEqualTo(Run.of(args).out());

    try (LocalServer tiles = new LocalServer(new TileAnswers(log))) {
      Run audit =
          Run.of(
              "log",
              tiles.url() + "/log",
              "--key",
              log.key.verifierKey(),
              "--rpc",
              ledger.rpc(),
              "--contract",
              ledger.contract(),
              "--log-id",
              ledger.logId());
      assertThat(audit.out()).endsWith("VERIFIED\n").contains("the ledger's head of 100 leaves");
    }
  }

  @Test
  @DisplayName("VER-1 the commands of docs/verify, which use none of our code, say the same")
  void commandsOfTheDocumentation() throws IOException, InterruptedException {
    ledger.anchor(80, 100);
    Files.writeString(folder.resolve("key"), log.key.verifierKey().toString());
    Path readme = Path.of(System.getProperty("anchor.root", ".."), "docs/verify/README.md");
    String commands =
        BLOCK
            .matcher(Files.readString(readme))
            .results()
            .map(block -> block.group(1))
            .collect(Collectors.joining("\n"));
    Files.writeString(folder.resolve("commands.sh"), commands);

    assertThat(run("commands.sh"))
        .contains("content digest", "included in the tree of 70 leaves")
        .contains("Signature Verified Successfully")
        .contains("anchored at 80 leaves, root " + log.root(80))
        .contains("chain 0x7a69", "size 100", "root " + log.root(100))
        .contains(log.root(80).hex() + "0".repeat(64))
        .contains("the log is this key's", "exit code 0");

    Files.write(folder.resolve("resource.json"), SampleLog.patient(1, "Chalmerz"));
    assertThat(run("commands.sh")).contains("not the content that was recorded", "exit code 1");
  }

  private String run(String script) throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-e", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "RPC", ledger.rpc().toString(),
                "CONTRACT", ledger.contract(),
                "LOG_ID", ledger.logId().toString()));
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output, UTF_8) + "exit code " + process.exitValue();
  }
}
