package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifierTest {
  private static final byte[] PATIENT = SampleLog.patient(1, "Chalmers");

  @TempDir private Path folder;

  private final SampleLog log = new SampleLog();
  private Path resource = Path.of("");
  private Path proof = Path.of("");

  @BeforeEach
  void oneAnchoredVersion() throws IOException {
    log.append(SampleLog.stored(PATIENT, Optional.empty()));
    log.append(SampleLog.deleted(2, Optional.of(log.commitment(0))));
    log.fill(98);
    resource = write("patient.json", PATIENT);
    proof = write("patient.proof", anchored(0));
  }

  @Test
  @DisplayName("VER-2 a pinned head, in hex or base64, verifies: exit code 0, every step ticked")
  void pinnedHead() {
    for (String root :
        new String[] {log.root(80).hex(), "0x" + log.root(80), log.root(80).base64()}) {
      Run run = Run.of(resource, proof, "--key", key(), "--head", "80:" + root);
      assertThat(run.out())
          .contains("\u2713 proof-file", "\u2713 content-digest", "\u2713 ledger-head")
          .endsWith("VERIFIED\n");
      assertThat(run.code()).isZero();
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  @DisplayName("VER-2 a changed resource: exit code 1, both values and what that means")
  void changedResource() throws IOException {
    Path changed = write("changed.json", SampleLog.patient(1, "Chalmerz"));
    Run run = Run.of(changed, proof, "--key", key(), "--head", "80:" + log.root(80));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("\u2717 content-digest", "wanted: ", "got: ", "The resource was changed")
        .endsWith("NOT VERIFIED\n");
  }

  @Test
  @DisplayName(
      "VER-2 a folder of versions: each for itself, the worst decides, the failed one is named")
  void manyResources() throws IOException {
    Path many = Files.createDirectory(folder.resolve("many"));
    Files.write(many.resolve("a.json"), PATIENT);
    Files.copy(proof, many.resolve("a.proof.json"));
    Files.copy(proof, many.resolve("b.proof.json"));
    Files.write(many.resolve("b.json"), PATIENT);
    Run all = Run.of("resources", many, "--key", key(), "--head", "80:" + log.root(80));
    assertThat(all.out()).contains("\u2713 a", "\u2713 b").endsWith("VERIFIED 2 of 2\n");
    assertThat(all.code()).isZero();

    assertThat(Run.of("resources", many, "--key", key()).code()).isEqualTo(3);

    Files.write(many.resolve("b.json"), SampleLog.patient(1, "Chalmerz"));
    Run one = Run.of("resources", many, "--key", key(), "--head", "80:" + log.root(80), "--json");
    assertThat(one.code()).isEqualTo(1);
    assertThat(one.out())
        .startsWith("{\"verdict\":\"not verified\",\"exitCode\":1,\"verified\":1,\"versions\":")
        .contains("{\"name\":\"b\",\"verdict\":\"not verified\"", "content-digest");
    Run told = Run.of("resources", many, "--key", key(), "--head", "80:" + log.root(80));
    assertThat(told.out()).contains("b\n  \u2717 content-digest").endsWith("NOT VERIFIED 1 of 2\n");
  }

  @Test
  @DisplayName("VER-2 an empty folder is wrong usage, not a success")
  void noResources() throws IOException {
    Path none = Files.createDirectory(folder.resolve("none"));
    Run run = Run.of("resources", none, "--key", key());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no proof file in it");
  }

  @Test
  @DisplayName("VER-2 nothing to compare the head with: exit code 3 and what is still missing")
  void noHead() {
    Run run = Run.of(resource, proof, "--key", key());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .contains("? ledger-head", "still missing: ", "--rpc")
        .endsWith("UNDECIDED\n");
  }

  @Test
  @DisplayName("VER-2 the answer in JSON names verdict, steps and both values")
  void jsonAnswer() throws IOException {
    Run yes = Run.of(resource, proof, "--key", key(), "--head", "80:" + log.root(80), "--json");
    assertThat(yes.out())
        .startsWith("{\"verdict\":\"verified\",\"exitCode\":0,\"held\":[{\"step\":\"proof-file\"");
    Path changed = write("changed.json", SampleLog.patient(1, "Chalmerz"));
    Run no = Run.of(changed, proof, "--key", key(), "--json");
    assertThat(no.out())
        .contains(
            "\"verdict\":\"not verified\"",
            "\"failed\":{\"step\":\"content-digest\"",
            "\"want\":\"");
    Run open = Run.of(resource, proof, "--key", key(), "--json");
    assertThat(open.out()).contains("\"undecided\":{\"step\":\"ledger-head\",\"missing\":\"");
  }

  @Test
  @DisplayName("VER-1 a deleted version is verified without a resource")
  void deletedVersion() throws IOException {
    Path deleted = write("deleted.proof", anchored(1));
    String head = "80:" + log.root(80);
    assertThat(Run.of("--deleted", deleted, "--key", key(), "--head", head).code()).isZero();
    assertThat(Run.of("-", deleted, "--key", key(), "--head", head).code()).isZero();
    assertThat(Run.of(resource, deleted, "--key", key(), "--head", head).code()).isEqualTo(1);
    assertThat(Run.of("-", proof, "--key", key(), "--head", head).code()).isEqualTo(3);
  }

  @Test
  @DisplayName("VER-1 another key of the same name is not the log's")
  void wrongKey() {
    String other =
        LogSigningKey.generate(SampleLog.ORIGIN, new java.security.SecureRandom())
            .verifierKey()
            .toString();
    Run run = Run.of(resource, proof, "--key", other, "--head", "80:" + log.root(80));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("\u2717 checkpoint-signature");
  }

  @Test
  @DisplayName("VER-2 wrong usage and unreadable input: exit code 2, and what was wanted")
  void wrongUsage() throws IOException {
    assertUsage("want RESOURCE.json PROOF.json");
    assertUsage("unknown option --kee", resource, proof, "--kee", key());
    assertUsage("--key: want the log's public key", resource, proof);
    assertUsage("--key: want one value", resource, proof, "--key");
    assertUsage("--key: ", resource, proof, "--key", "nonsense");
    assertUsage("--head: ", resource, proof, "--key", key(), "--head", "80");
    assertUsage("--head: ", resource, proof, "--key", key(), "--head", "80:beef");
    assertUsage(
        "--rpc and --contract", resource, proof, "--key", key(), "--rpc", "http://localhost");
    assertUsage(
        "--rpc: want an http",
        resource,
        proof,
        "--key",
        key(),
        "--rpc",
        "ftp://x",
        "--contract",
        NodeAnswers.CONTRACT);
    assertUsage(
        "--contract: ",
        resource,
        proof,
        "--key",
        key(),
        "--rpc",
        "http://localhost",
        "--contract",
        "0x1");
    assertUsage("cannot read", folder.resolve("none.json"), proof, "--key", key());
    assertUsage("cannot read folder", "history", folder.resolve("none"), "--key", key());
    assertUsage("want history FOLDER", "history", "--key", key());
    Path lonely = Files.createDirectory(folder.resolve("lonely"));
    Files.write(lonely.resolve("1.json"), PATIENT);
    assertUsage("1.json has no .proof.json beside it", "history", lonely, "--key", key());
  }

  @Test
  @DisplayName("VER-2 --help tells everything and ends with 0")
  void help() {
    Run run = Run.of("--help");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("--head SIZE:ROOT", "history FOLDER", "log URL", "3 undecided");
  }

  @Test
  @DisplayName("VER-3 a folder with all versions is verified, and a missing one is named")
  void history() throws IOException {
    Path versions = Files.createDirectory(folder.resolve("versions"));
    Files.write(versions.resolve("1.json"), PATIENT);
    Files.write(versions.resolve("1.proof.json"), anchored(0));
    Files.write(versions.resolve("2.proof.json"), anchored(1));
    String head = "80:" + log.root(80);
    Run run = Run.of("history", versions, "--key", key(), "--head", head);
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("versions 1 to 2 in order");
    Files.delete(versions.resolve("1.json"));
    Files.delete(versions.resolve("1.proof.json"));
    Run gap = Run.of("history", versions, "--key", key(), "--head", head);
    assertThat(gap.code()).isEqualTo(1);
    assertThat(gap.out()).contains("\u2717 history", "wanted: version 1");
  }

  @Test
  @DisplayName(
      "VER-4 hostile files end with a clear error, and nothing of them reaches the terminal")
  void hostileFiles() throws IOException {
    String[] hostile = {
      "",
      "\u0000",
      "[".repeat(100_000),
      "{\"format\":" + "{\"a\":".repeat(10_000),
      "{\"inclusionProof\":[" + "\"AAAA\",".repeat(1_000_000) + "1]}",
      new String(anchored(0), UTF_8)
          .replaceAll("\"leafIndex\":\\d+", "\"leafIndex\":" + "9".repeat(50_000)),
      new String(anchored(0), UTF_8).replaceAll("\"size\":\\d+", "\"size\":9223372036854775807"),
      new String(anchored(0), UTF_8).replace("finalized", "\u001b[2J\u202e"),
    };
    for (String text : hostile) {
      Path file = write("hostile.proof", text.getBytes(UTF_8));
      Run run = Run.of(resource, file, "--key", key(), "--head", "80:" + log.root(80));
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).doesNotContain("\u001b", "\u202e").hasSizeLessThan(4000);
    }
    Path deep = write("deep.json", "[".repeat(1_000_000).getBytes(UTF_8));
    assertThat(Run.of(deep, proof, "--key", key()).out()).contains("\u2717 canonical-form");
  }

  private byte[] anchored(int leaf) {
    return log.proof(
        leaf, 70, Optional.of(log.anchor(80, NodeAnswers.CONTRACT, NodeAnswers.LOG_ID, 77)));
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private String key() {
    return log.key.verifierKey().toString();
  }

  private static void assertUsage(String message, Object... args) {
    Run run = Run.of(args);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(run.out()).isEmpty();
  }

  @Test
  @DisplayName("VER-1 a pinned head of another root is not this log's")
  void otherPinnedRoot() {
    Run run = Run.of(resource, proof, "--key", key(), "--head", "80:" + Digest.sha256());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("\u2717 ledger-head", "the pinned head of 80 leaves has another root");
  }
}
