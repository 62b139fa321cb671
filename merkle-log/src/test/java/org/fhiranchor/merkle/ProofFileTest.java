package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProofFileTest {
  private static final byte[] PATIENT = SampleLog.patient("7", 1, "Chalmers");
  private static final SampleLog LOG =
      SampleLog.of(
          SampleLog.stored(PATIENT, Operation.CREATE),
          SampleLog.deleted(new ResourceKey("A", "1"), 1));

  static {
    LOG.fill(40);
  }

  private static final ProofFile ANCHORED = LOG.proof(0, 30, Optional.of(42L));
  private static final ProofFile PENDING = LOG.proof(1, 42, Optional.empty());

  @Test
  @DisplayName("VER-1 a proof file is read back as it was written")
  void roundTrips() {
    for (ProofFile proof : List.of(ANCHORED, PENDING, LOG.proof(0, 42, Optional.of(42L)))) {
      assertThat(ProofFile.parse(SampleLog.bytes(proof))).isEqualTo(proof);
    }
    assertThat(PENDING.toJson()).contains("\"anchor\":null").doesNotContain("consistencyProof");
    assertThat(ANCHORED.toJson())
        .startsWith("{\"format\":\"fhiranchor-proof/1\",\"statement\":{")
        .contains("\"contract\":\"0x5fbdb2315678afecb367f032d93f642f64180aa3\"");
  }

  @Test
  @DisplayName("PERF a proof file at 2^20 leaves has at most 4 kB")
  void isSmall() {
    SampleLog log =
        SampleLog.of(
            SampleLog.stored(PATIENT, Operation.CREATE).withPrevious(Optional.of(Digest.sha256())));
    log.fill((1 << 20) - 1);
    ProofFile proof = log.proof(0, (1 << 20) - 1, Optional.of(1L << 20));
    assertThat(proof.inclusionProof()).hasSize(20);
    assertThat(proof.consistencyProof()).hasSizeGreaterThan(18);
    assertThat(SampleLog.bytes(proof)).hasSizeLessThanOrEqualTo(4096);
    assertThat(
            Verification.ofResource(
                PATIENT,
                SampleLog.bytes(proof),
                SampleLog.KEY.verifierKey(),
                new HeadEvidence.Pinned(log.size(), log.root(log.size()))))
        .isInstanceOf(Verdict.Verified.class);
  }

  @Test
  @DisplayName("VER-4 every member's type is checked, missing and unknown members are errors")
  void readsStrictly() {
    Map<String, JsonValue> whole =
        ((JsonValue.Obj) JsonValue.parse(SampleLog.bytes(ANCHORED), 1 << 16, 8)).members();
    List<JsonValue> wrongValues =
        List.of(
            new JsonValue.Str("x"),
            new JsonValue.Num("-1"),
            new JsonValue.Num("1e3"),
            new JsonValue.Num("9".repeat(1000)),
            new JsonValue.Bool(true),
            new JsonValue.Arr(List.of(new JsonValue.Null())),
            new JsonValue.Arr(List.of(new JsonValue.Str("AAAA"))),
            new JsonValue.Obj(Map.of()));
    for (String name : whole.keySet()) {
      Map<String, JsonValue> changed = new TreeMap<>(whole);
      changed.remove(name);
      if (!name.equals("consistencyProof")) {
        assertRefused(new JsonValue.Obj(changed).toJson(), name);
      }
      for (JsonValue wrong : wrongValues) {
        changed.put(name, wrong);
        assertRefused(new JsonValue.Obj(changed).toJson(), "");
      }
    }
    assertRefused(ANCHORED.toJson().replace("{\"format\"", "{\"more\":1,\"format\""), "unknown");
    assertRefused(ANCHORED.toJson().replace("\"finality\"", "\"more\":1,\"finality\""), "unknown");
    assertRefused(ANCHORED.toJson().replace("proof/1", "proof/2"), "want fhiranchor-proof/1");
  }

  @Test
  @DisplayName("VER-4 64 hashes in a list are the most that are read, 64 KiB the largest file")
  void boundsHashesAndBytes() {
    String hash = Digest.sha256().base64();
    ProofFile most =
        new ProofFile(
            PENDING.statement(),
            PENDING.salt(),
            PENDING.leafIndex(),
            PENDING.checkpoint(),
            java.util.Collections.nCopies(64, Digest.sha256()),
            Optional.empty(),
            List.of());
    assertThat(ProofFile.parse(SampleLog.bytes(most))).isEqualTo(most);
    assertRefused(
        most.toJson().replace("\"inclusionProof\":[", "\"inclusionProof\":[\"" + hash + "\","),
        "want at most 64 elements, got 65");
    String padded = most.toJson() + " ".repeat(ProofFile.MAX_BYTES - most.toJson().length());
    assertThat(padded.getBytes(UTF_8)).as("no multi-byte but one dash").hasSizeLessThan(65600);
    byte[] atLimit = java.util.Arrays.copyOf(padded.getBytes(UTF_8), ProofFile.MAX_BYTES);
    assertThat(ProofFile.parse(atLimit)).isEqualTo(most);
    assertRefused(padded + " ".repeat(10), "want at most 65536 bytes");
    assertRefused("[".repeat(9) + "]".repeat(9), "nested deeper than 8");
    assertRefused("[" + "\"A\",".repeat(1_000_000) + "1]", "want at most 65536 bytes");
  }

  @Test
  @DisplayName("VER-1 the inclusion part is read back from C2SP tlog-proof text")
  void tlogProofRoundTrips() {
    TlogProof proof = TlogProof.of(ANCHORED);
    assertThat(proof.text())
        .startsWith("c2sp.org/tlog-proof@v1\nextra ")
        .contains("\nindex 0\n" + ANCHORED.inclusionProof().get(0).base64() + "\n")
        .endsWith("\n\n" + ANCHORED.checkpoint().note());
    assertThat(TlogProof.parse(proof.text())).isEqualTo(proof);
    TlogProof bare =
        new TlogProof(Optional.empty(), new LeafIndex(3), List.of(), ANCHORED.checkpoint());
    assertThat(TlogProof.parse(bare.text())).isEqualTo(bare);
    assertThat(proof.extra().orElseThrow()).contains("\"salt\":", "\"statement\":{");
  }

  @Test
  @DisplayName("VER-4 refuses what is no tlog-proof")
  void tlogProofIsStrict() {
    String text = TlogProof.of(ANCHORED).text();
    for (String wrong :
        List.of(
            "",
            text.replace("@v1", "@v2"),
            text.replace("index 0", "index 00"),
            text.replace("index 0", "index -1"),
            text.replace("index 0\n", ""),
            text.replace("extra ", "extra !"),
            text.replace("index 0\n", "index 0\nAAAA\n"),
            text.replace("index 0\n", "index 0\n" + (Digest.sha256().base64() + "\n").repeat(65)),
            text.substring(0, text.indexOf("\n\n") + 2))) {
      assertThatExceptionOfType(ProofFormatException.class)
          .isThrownBy(() -> TlogProof.parse(wrong));
    }
  }

  private static void assertRefused(String json, String message) {
    assertThatExceptionOfType(ProofFormatException.class)
        .as(json)
        .isThrownBy(() -> ProofFile.parse(json.getBytes(UTF_8)))
        .withMessageContaining(message);
  }
}
