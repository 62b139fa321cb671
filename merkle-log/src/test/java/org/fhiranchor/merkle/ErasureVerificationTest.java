package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ErasureVerificationTest {
  private static final LogSigningKey KEY =
      LogSigningKey.generate("log.example.org", new SecureRandom());

  private final List<Digest> commitments = new ArrayList<>();
  private final List<String> proofs = new ArrayList<>();
  private Checkpoint checkpoint =
      new Checkpoint("log.example.org", new TreeSize(0), TreeHash.EMPTY);

  @BeforeEach
  void oneErasureAfterTwoLeaves() {
    Statement erasure =
        new Statement.Erasure(
            SampleLog.NOW,
            LeafRanges.parse("0"),
            LeafRanges.parse("1"),
            Digest.sha256(),
            Optional.empty());
    Salt salt = Salt.random(new SecureRandom());
    commitments.add(Digest.sha256(new byte[] {1}));
    commitments.add(Digest.sha256(new byte[] {2}));
    commitments.add(Commitment.of(salt, erasure));
    List<Digest> hashes =
        commitments.stream().map(one -> TreeHash.leaf(Commitment.entry(one))).toList();
    Digest left = TreeHash.node(hashes.get(0), hashes.get(1));
    checkpoint =
        new Checkpoint("log.example.org", new TreeSize(3), TreeHash.node(left, hashes.get(2)));
    proofs.add(
        new ProofFile(
                erasure,
                salt,
                new LeafIndex(2),
                KEY.sign(checkpoint),
                List.of(left),
                Optional.empty(),
                List.of())
            .toJson());
  }

  private String certificate(String leaves, String contents, String by) {
    return KEY.sign(
        new ErasureCertificate(
            SampleLog.NOW,
            "asked for",
            "GDPR 17",
            1,
            0,
            LeafRanges.parse(leaves),
            LeafRanges.parse(contents),
            LeafRanges.parse(by),
            checkpoint));
  }

  private static JsonValue parameter(String name, String value) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("name", new JsonValue.Str(name));
    members.put("valueString", new JsonValue.Str(value));
    return new JsonValue.Obj(members);
  }

  private Verdict verify(String certificate) {
    List<JsonValue> parameters = new ArrayList<>();
    parameters.add(parameter("certificate", certificate));
    proofs.forEach(proof -> parameters.add(parameter("proof", proof)));
    parameters.add(parameter("kept", "Observation/1"));
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("resourceType", new JsonValue.Str("Parameters"));
    members.put("parameter", new JsonValue.Arr(parameters));
    return ErasureVerification.verify(
        new JsonValue.Obj(members).toJson().getBytes(UTF_8),
        KEY.verifierKey(),
        proof -> new HeadEvidence.Pinned(checkpoint.size(), checkpoint.root()));
  }

  @Test
  @DisplayName("ERA-1 a certificate and the leaves that name the same are verified")
  void verifiesWhatTheLeavesName() {
    Verdict verdict = verify(certificate("0", "1", "2"));
    assertThat(verdict).as(verdict.toString()).isInstanceOf(Verdict.Verified.class);
    assertThat(verdict.passed().get(1).what())
        .startsWith("1 versions and 0 events, 1 contents of disclosures, named by leaf 2");
  }

  @Test
  @DisplayName("ERA-1 a certificate that says anything else than the leaves do is not")
  void refusesWhatTheLeavesDoNotName() {
    for (String wrong :
        List.of(
            certificate("0-1", "", "2"),
            certificate("", "1", "2"),
            certificate("0", "1", "1-2"),
            certificate("0", "1", ""))) {
      assertThat(verify(wrong)).extracting("step").isEqualTo(Step.ERASURE);
    }
    assertThat(verify(certificate("0", "1", "2").replace("asked for", "not asked")))
        .extracting("step")
        .isEqualTo(Step.PROOF_FILE);
    proofs.clear();
    assertThat(verify(certificate("0", "1", "2"))).isInstanceOf(Verdict.NotVerified.class);
  }

  @Test
  @DisplayName("ERA-1 what is no such answer is refused, and nothing is thrown")
  void refusesAnythingElse() {
    for (String other :
        List.of(
            "", "{}", "[]", "{\"parameter\":1}", "{\"parameter\":[{\"name\":\"certificate\"}]}")) {
      assertThat(
              ErasureVerification.verify(
                  other.getBytes(UTF_8),
                  KEY.verifierKey(),
                  proof -> new HeadEvidence.Unavailable("not asked")))
          .isInstanceOf(Verdict.NotVerified.class);
    }
  }
}
