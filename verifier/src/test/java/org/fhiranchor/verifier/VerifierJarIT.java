package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a user runs it: alone, in its own process. */
class VerifierJarIT {
  private static final byte[] PATIENT = SampleLog.patient(1, "Chalmers");

  @TempDir private Path folder;

  private final SampleLog log = new SampleLog();

  @BeforeEach
  void oneAnchoredVersion() throws IOException {
    log.append(SampleLog.stored(PATIENT, Optional.empty()));
    log.fill(999);
    Files.write(folder.resolve("1.json"), PATIENT);
    Files.write(
        folder.resolve("1.proof.json"),
        log.proof(
            0, 700, Optional.of(log.anchor(800, NodeAnswers.CONTRACT, NodeAnswers.LOG_ID, 77))));
  }

  @Test
  @DisplayName("VER-5 the jar stands alone, and its exit codes are 0, 1, 2 and 3")
  void exitCodes() throws IOException, InterruptedException {
    String head = "800:" + log.root(800);
    assertThat(jar("1.json", "1.proof.json", "--key", key(), "--head", head)).isZero();
    assertThat(jar("history", ".", "--key", key(), "--head", head)).isZero();
    assertThat(jar("1.json", "1.proof.json", "--key", key(), "--head", "800:" + log.root(700)))
        .isEqualTo(1);
    assertThat(jar("1.json")).isEqualTo(2);
    assertThat(jar("1.json", "1.proof.json", "--key", key())).isEqualTo(3);
    assertThat(jar("--help")).isZero();
  }

  @Test
  @DisplayName("VER-5 the jar asks a ledger and re-derives a log")
  void overTheNetwork() throws IOException, InterruptedException {
    try (LocalServer node = new LocalServer(new NodeAnswers(log, 800));
        LocalServer tiles = new LocalServer(new TileAnswers(log))) {
      String[] ledger = {
        "--key",
        key(),
        "--rpc",
        node.url().toString(),
        "--contract",
        NodeAnswers.CONTRACT,
        "--log-id",
        "0x" + NodeAnswers.LOG_ID
      };
      assertThat(jar(with(ledger, "1.json", "1.proof.json"))).isZero();
      assertThat(jar(with(ledger, "log", tiles.url() + "/log"))).isZero();
    }
  }

  private static String[] with(String[] options, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(options));
    return all.toArray(new String[0]);
  }

  private int jar(String... args) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        new ArrayList<>(
            List.of(java, "-jar", System.getProperty("verifier.jar", "target/verifier.jar")));
    command.addAll(List.of(args));
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(output, UTF_8)).doesNotContain("Exception", "Error");
    return process.exitValue();
  }

  private String key() {
    return log.key.verifierKey().toString();
  }
}
