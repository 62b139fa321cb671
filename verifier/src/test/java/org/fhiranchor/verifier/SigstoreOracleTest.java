package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.EntryBundleId;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ProofCheck;
import org.fhiranchor.merkle.Tiles;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeProofs;
import org.fhiranchor.merkle.TreeSize;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second opinion by {@code @sigstore/verify}, written by others for another log. */
class SigstoreOracleTest {
  @TempDir private Path folder;

  private final SampleLog log = new SampleLog();
  private final List<String> questions = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();

  @Test
  @DisplayName(
      "TILE-2 others' code agrees on every inclusion proof, right and wrong, from the tiles")
  void agreesOnInclusion() throws IOException, InterruptedException {
    log.fill(600);
    for (int size = 1; size <= 600; size += size < 70 ? 1 : 53) {
      for (int index = 0; index < size; index += size < 40 ? 1 : 7) {
        ask(index, size);
      }
    }
    assertThat(answers).contains("yes", "no").hasSizeGreaterThan(4000);
    assertThat(others()).isEqualTo(answers);
  }

  private void ask(int index, int size) {
    List<Digest> proof =
        TreeProofs.inclusion(new LeafIndex(index), new TreeSize(size), log.nodes(size));
    ask(index, index, size, proof);
    ask(index, index, size + 1, proof);
    ask(index, index + 1, size, proof);
    if (!proof.isEmpty()) {
      ask(index, index, size, proof.subList(1, proof.size()));
      List<Digest> longer = new ArrayList<>(proof);
      longer.add(TreeHash.EMPTY);
      ask(index, index, size, longer);
    }
  }

  private void ask(int leaf, int index, int size, List<Digest> proof) {
    byte[] entry =
        Tiles.decodeEntries(
                log.bundle(new EntryBundleId(leaf / 256, leaf % 256 + 1)), leaf % 256 + 1)
            .get(leaf % 256);
    Digest root = log.root(Math.min(size, 600));
    boolean valid =
        ProofCheck.inclusion(
                TreeHash.leaf(entry), new LeafIndex(index), new TreeSize(size), proof, root)
            .isValid();
    String hashes =
        proof.stream()
            .map(hash -> '"' + hash.base64() + '"')
            .collect(Collectors.joining(",", "[", "]"));
    questions.add(
        String.format(
            "{\"entry\":\"%s\",\"index\":%d,\"size\":%d,\"root\":\"%s\",\"hashes\":%s}",
            Base64.getEncoder().encodeToString(entry), index, size, root.base64(), hashes));
    answers.add(valid ? "yes" : "no");
  }

  private List<String> others() throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("anchor.root", "..")).toAbsolutePath();
    Path in = Files.write(folder.resolve("in"), questions, UTF_8);
    Path out = folder.resolve("out");
    Process node =
        new ProcessBuilder(
                "node",
                root.resolve("verifier/src/test/js/inclusion.cjs").toString(),
                root.toString())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).isZero();
    return Files.readAllLines(out, UTF_8);
  }
}
