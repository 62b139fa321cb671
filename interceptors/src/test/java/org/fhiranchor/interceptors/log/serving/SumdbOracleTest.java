package org.fhiranchor.interceptors.log.serving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.NodeSource;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeProofs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A second opinion on a real server's log by the code of Go's checksum database ({@code
 * golang.org/x/mod/sumdb}), in {@code src/test/go/tiles.go}. It is given the address of the log,
 * its public key, and checkpoints seen earlier.
 */
@Tag("long")
final class SumdbOracleTest {
  private static final Path SOURCES = Path.of("/usr/share/gocode");

  /** What Go has compiled of its own library stays from one run to the next. */
  private static final Path CACHE = Path.of("target", "go-cache").toAbsolutePath();

  @TempDir private static Path built;

  @TempDir private Path folder;

  private final RunningServer server = RunningServer.shared();
  private final LogVerifierKey key = server.bean(LogSigningKey.class).verifierKey();

  @Test
  @DisplayName("TILE-2 Go's own code re-derives the root, every inclusion and every old checkpoint")
  void agreesOnEverything() throws IOException, InterruptedException {
    List<Checkpoint> seen = new ArrayList<>();
    for (int patients : List.of(1, 2, 5, 150, 300, 1)) {
      write(patients);
      seen.add(checkpoint());
    }
    Checkpoint newest = seen.get(seen.size() - 1);
    assertThat(others(seen)).isEqualTo(ours(seen, newest));
  }

  @Test
  @DisplayName("TILE-2 Go's own code sees a checkpoint that is not a beginning of the log")
  void seesAFork() throws IOException, InterruptedException {
    write(3);
    Checkpoint old = checkpoint();
    write(1);
    Checkpoint forged =
        new Checkpoint(old.origin(), old.size(), TreeHash.leaf("another log".getBytes(UTF_8)));
    assertThat(others(List.of(old, forged)))
        .anyMatch(line -> line.startsWith("consistency " + old.size()))
        .contains("forks " + old.size());
  }

  private void write(int patients) {
    String entry =
        "{\"resource\":{\"resourceType\":\"Patient\"},\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}";
    String entries =
        IntStream.range(0, patients).mapToObj(i -> entry).collect(Collectors.joining(","));
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entries + "]}";
    HttpResponse<String> answer = server.fhir("POST", "", bundle);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    LogStore store = server.bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
  }

  private Checkpoint checkpoint() {
    String note = new String(server.bytes("log/checkpoint").body(), UTF_8);
    return ((SignedCheckpoint.Opened.Signed) SignedCheckpoint.open(note, key))
        .checkpoint()
        .checkpoint();
  }

  private List<String> ours(List<Checkpoint> seen, Checkpoint newest) {
    NodeSource nodes = new TileNodes(newest.size(), server.bean(LogStore.class).tiles());
    Stream<String> inclusions =
        IntStream.range(0, Math.toIntExact(newest.size().value()))
            .mapToObj(
                i ->
                    "inclusion "
                        + i
                        + hashes(TreeProofs.inclusion(new LeafIndex(i), newest.size(), nodes)));
    Stream<String> consistencies =
        seen.stream()
            .map(
                old ->
                    "consistency "
                        + old.size()
                        + hashes(TreeProofs.consistency(old.size(), newest.size(), nodes)));
    String tree = "tree " + newest.size() + " " + newest.root().base64();
    return Stream.of(Stream.of(tree), inclusions, consistencies).flatMap(all -> all).toList();
  }

  private static String hashes(List<Digest> proof) {
    return " " + proof.stream().map(Digest::base64).collect(Collectors.joining(" "));
  }

  private List<String> others(List<Checkpoint> seen) throws IOException, InterruptedException {
    List<String> asked = seen.stream().map(old -> old.size() + " " + old.root().base64()).toList();
    Path in = Files.write(folder.resolve("in"), asked, UTF_8);
    Path out = folder.resolve("out");
    run(
        new ProcessBuilder(program().toString(), server.url("log/").toString(), key.toString())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile()));
    return Files.readAllLines(out, UTF_8);
  }

  @BeforeAll
  static void build() throws IOException, InterruptedException {
    assertThat(SOURCES.resolve("src/golang.org/x/mod/sumdb/tlog"))
        .as("the Debian packages golang-go and golang-golang-x-mod-dev, which this test needs")
        .exists();
    ProcessBuilder build =
        new ProcessBuilder("go", "build", "-o", program().toString(), "src/test/go/tiles.go");
    build.environment().put("GO111MODULE", "off");
    build.environment().put("GOPATH", SOURCES.toString());
    build.environment().put("GOCACHE", CACHE.toString());
    build.environment().put("CGO_ENABLED", "0");
    run(build.redirectOutput(ProcessBuilder.Redirect.INHERIT));
  }

  private static Path program() {
    return built.resolve("tiles");
  }

  private static void run(ProcessBuilder command) throws IOException, InterruptedException {
    Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      assertThat(process.waitFor(3, MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
