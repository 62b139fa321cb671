package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HostileProofFileTest {
  private static final int FILES = 100_000;
  private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|[0-9]+|null|\\[[^\\[\\]]*\\]");
  private static final byte[] PATIENT = SampleLog.patient("7", 1, "Chalmers");
  private static final LogVerifierKey KEY = SampleLog.KEY.verifierKey();

  private final SampleLog log = SampleLog.of(SampleLog.stored(PATIENT, Operation.CREATE));

  @Test
  @DisplayName("VER-4 of 100,000 mutated proof files none is believed, none crashes, none stalls")
  void mutatedFiles() {
    log.fill(1000);
    ProofFile right = log.proof(0, 700, Optional.of(1001L));
    HeadEvidence head =
        new HeadEvidence.OnLedger(log.size(), log.root(log.size()), Optional.empty());
    long seed = Long.getLong("anchor.seed", System.nanoTime());
    System.out.println("anchor.seed=" + seed);
    Random random = new Random(seed);
    String json = right.toJson();
    List<int[]> tokens = tokens(json);
    Assertions.assertTimeoutPreemptively(
        Duration.ofMinutes(3),
        () -> {
          for (int i = 0; i < FILES; i++) {
            byte[] mutated = mutate(json, tokens, random);
            Verdict verdict = Verification.ofResource(PATIENT, mutated, KEY, head);
            if (verdict instanceof Verdict.Verified) {
              assertSaysTheSame(ProofFile.parse(mutated), right);
            }
          }
        });
  }

  /** What names only where to look on the ledger is for the one who looks there to check. */
  private static void assertSaysTheSame(ProofFile mutated, ProofFile right) {
    assertThat(mutated.statement()).isEqualTo(right.statement());
    assertThat(mutated.salt()).isEqualTo(right.salt());
    assertThat(mutated.leafIndex()).isEqualTo(right.leafIndex());
    assertThat(mutated.checkpoint().checkpoint()).isEqualTo(right.checkpoint().checkpoint());
    assertThat(mutated.inclusionProof()).isEqualTo(right.inclusionProof());
    assertThat(mutated.consistencyProof()).isEqualTo(right.consistencyProof());
    assertThat(mutated.anchor().map(Anchor::root)).isEqualTo(right.anchor().map(Anchor::root));
    assertThat(mutated.anchor().map(Anchor::size)).isEqualTo(right.anchor().map(Anchor::size));
  }

  private static byte[] mutate(String json, List<int[]> tokens, Random random) {
    if (random.nextBoolean()) {
      return mutateToken(json, tokens, random).getBytes(UTF_8);
    }
    byte[] bytes = json.getBytes(UTF_8);
    int at = random.nextInt(bytes.length);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(60));
    String text = new String(bytes, ISO_8859_1);
    String mutated =
        switch (random.nextInt(5)) {
          case 0 -> text.substring(0, at) + text.substring(at + length);
          case 1 ->
              text.substring(0, at)
                  + text.substring(at, at + length).repeat(2)
                  + text.substring(at + length);
          case 2 -> text.substring(0, at);
          case 3 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
          default ->
              text.substring(0, at)
                  + (char) (text.charAt(at) ^ (1 << random.nextInt(8)))
                  + text.substring(at + 1);
        };
    return mutated.getBytes(ISO_8859_1);
  }

  private static List<int[]> tokens(String json) {
    List<int[]> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(json);
    while (matcher.find()) {
      tokens.add(new int[] {matcher.start(), matcher.end()});
    }
    return tokens;
  }

  private static String mutateToken(String json, List<int[]> tokens, Random random) {
    int[] token = tokens.get(random.nextInt(tokens.size()));
    int[] other = tokens.get(random.nextInt(tokens.size()));
    String replacement =
        switch (random.nextInt(8)) {
          case 0 -> json.substring(other[0], other[1]);
          case 1 -> "9".repeat(1 + random.nextInt(40));
          case 2 -> "-1";
          case 3 -> "[" + "\"AAAA\",".repeat(random.nextInt(3000)) + "0]";
          case 4 -> "[".repeat(random.nextInt(400));
          case 5 -> "null";
          case 6 -> "\"" + "\\u0041".repeat(random.nextInt(2000)) + "\"";
          default -> "{}";
        };
    return json.substring(0, token[0]) + replacement + json.substring(token[1]);
  }
}
