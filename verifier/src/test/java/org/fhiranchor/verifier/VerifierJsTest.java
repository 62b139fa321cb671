package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.TreeSize;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Two verifiers, written twice, asked the same: their reports are equal word by word. */
class VerifierJsTest {
  private static final int VERSIONS = 1000;
  private static final int CHANGES = 4;
  private static final int CHECKPOINT = 1500;
  private static final int ANCHORED = 2000;

  @TempDir private Path folder;

  private final SampleLog log = new SampleLog();
  private final List<String> questions = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();

  @Test
  @DisplayName(
      "VER-6 the verifier in JavaScript agrees on 1,000 versions and 4,000 spoiled ones, word by"
          + " word")
  void agreesWordByWord() throws IOException, InterruptedException {
    long seed = Long.getLong("anchor.seed", System.nanoTime());
    System.out.println("anchor.seed=" + seed);
    Random random = new Random(seed);
    agrees(versions(random), random);
  }

  @Test
  @EnabledIfSystemProperty(
      named = "test.synthea",
      matches = ".+",
      disabledReason =
          "wants what Synthea made; scripts/synthea-versions.sh makes it and runs this")
  @DisplayName(
      "CON-4 VER-6 the verifier in JavaScript agrees on 1,000 versions of Synthea's and 4,000"
          + " spoiled ones, word by word")
  void agreesOnSynthea() throws IOException, InterruptedException {
    long seed = Long.getLong("anchor.seed", 20261130L);
    List<byte[]> resources =
        SyntheaVersions.of(Path.of(System.getProperty("test.synthea")), VERSIONS);
    resources.forEach(one -> log.append(SampleLog.stored(one, Optional.empty())));
    agrees(resources, new Random(seed));
  }

  private void agrees(List<byte[]> resources, Random random)
      throws IOException, InterruptedException {
    log.fill(ANCHORED - VERSIONS);
    for (int leaf = 0; leaf < VERSIONS; leaf++) {
      byte[] resource = resources.get(leaf);
      byte[] proof = log.proof(leaf, CHECKPOINT, anchor(leaf));
      ask(Optional.of(resource), proof);
      for (int i = 0; i < CHANGES; i++) {
        boolean inProof = i > 0;
        ask(
            Optional.of(inProof ? resource : spoil(resource, random)),
            inProof ? spoil(proof, random) : proof);
      }
    }
    String head = ANCHORED + ":" + log.root(ANCHORED);
    assertThat(answers.stream().filter(answer -> answer.contains("\"verified\"")).count())
        .isBetween((long) VERSIONS * 9 / 10, (long) VERSIONS * 3 / 2);
    assertThat(new VerifierJs(folder).answers(questions, log.key.verifierKey(), head))
        .isEqualTo(answers);
  }

  private List<byte[]> versions(Random random) {
    RandomResource made = new RandomResource(random);
    List<byte[]> resources = new ArrayList<>();
    for (int i = 0; i < VERSIONS; i++) {
      byte[] resource = made.version(i, 1 + random.nextInt(3)).getBytes(UTF_8);
      log.append(SampleLog.stored(resource, Optional.empty()));
      resources.add(resource);
    }
    return resources;
  }

  /** Some are still pending, and so undecided under the pinned head. */
  private Optional<Anchor> anchor(int leaf) {
    return leaf % 20 == 7
        ? Optional.empty()
        : Optional.of(log.anchor(ANCHORED, NodeAnswers.CONTRACT, NodeAnswers.LOG_ID, 77));
  }

  private void ask(Optional<byte[]> resource, byte[] proof) {
    Base64.Encoder base64 = Base64.getEncoder();
    questions.add(
        resource.map(base64::encodeToString).orElse("-") + " " + base64.encodeToString(proof));
    HeadEvidence head = new HeadEvidence.Pinned(new TreeSize(ANCHORED), log.root(ANCHORED));
    Verdict verdict =
        resource
            .map(json -> Verification.ofResource(json, proof, log.key.verifierKey(), head))
            .orElseGet(() -> Verification.ofStatement(proof, log.key.verifierKey(), head));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Report(new PrintStream(out, true, UTF_8)).print(Outcome.of(verdict), true);
    answers.add(out.toString(UTF_8).strip());
  }

  private static byte[] spoil(byte[] right, Random random) {
    int at = random.nextInt(right.length);
    int length = Math.min(right.length - at, 1 + random.nextInt(40));
    byte[] changed = right.clone();
    switch (random.nextInt(4)) {
      case 0 -> changed[at] = (byte) random.nextInt(256);
      case 1 ->
          changed[at] = (byte) "{}[]\",:0123456789abcdefABCDEF+/=\\ ".charAt(random.nextInt(33));
      case 2 -> {
        return Arrays.copyOf(right, at);
      }
      default ->
          System.arraycopy(right, random.nextInt(right.length - length + 1), changed, at, length);
    }
    return changed;
  }
}
