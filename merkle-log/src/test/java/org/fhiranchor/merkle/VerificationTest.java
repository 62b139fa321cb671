package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class VerificationTest {
  private static final byte[] PATIENT = SampleLog.patient("7", 1, "Chalmers");
  private static final LogVerifierKey KEY = SampleLog.KEY.verifierKey();
  private static final SampleLog LOG =
      SampleLog.of(
          SampleLog.stored(PATIENT, Operation.CREATE),
          SampleLog.deleted(new ResourceKey("Patient", "7"), 2),
          new Statement.Disclosure(
              SampleLog.NOW, Digest.sha256(), 1, Digest.sha256(), Optional.empty()));

  static {
    LOG.fill(60);
  }

  private static final Digest OTHER = Digest.sha256("other".getBytes(UTF_8));
  private static final ProofFile PROOF = LOG.proof(0, 30, Optional.of(42L));
  private static final ProofFile PENDING = LOG.proof(0, 30, Optional.empty());
  private static final HeadEvidence HEAD =
      new HeadEvidence.OnLedger(new TreeSize(42), root(42), Optional.empty());

  @Test
  @DisplayName("VER-1 a right resource with a right proof is verified, step by step in order")
  void verifies() {
    Verdict verdict = verify(PATIENT, PROOF, HEAD);
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    assertThat(verdict.passed())
        .extracting(Verdict.Passed::step)
        .containsExactly(
            Step.PROOF_FILE,
            Step.CANONICAL_FORM,
            Step.CONTENT_DIGEST,
            Step.RESOURCE_IDENTITY,
            Step.COMMITMENT,
            Step.INCLUSION,
            Step.CHECKPOINT_SIGNATURE,
            Step.CONSISTENCY,
            Step.LEDGER_HEAD);
  }

  @Test
  @DisplayName("VER-1 the server's spelling of the resource does not matter")
  void spellingDoesNotMatter() {
    String other =
        "{\n"
            + " \"id\": \"7\", \"resourceType\": \"Patient\", \"name\": [{\"family\":"
            + " \"Ch\\u0061lmers\"}],\"meta\": {\"lastUpdated\": \"2026-02-01T01:59:59.123+02:00\","
            + " \"versionId\": \"1\"}}";
    assertThat(verify(other.getBytes(UTF_8), PROOF, HEAD)).isInstanceOf(Verdict.Verified.class);
  }

  @Test
  @DisplayName("VER-2 the first step that fails is named, with both values")
  void namesTheFirstFailure() {
    byte[] changed = SampleLog.patient("7", 1, "Chalmerz");
    assertFails(Step.CONTENT_DIGEST, verify(changed, PROOF, HEAD));
    assertThat(verify(changed, PROOF, HEAD))
        .extracting("want", "got")
        .containsExactly(
            CanonicalResource.of(PATIENT).sha256().hex(),
            CanonicalResource.of(changed).sha256().hex());
    assertFails(Step.CANONICAL_FORM, verify("{".getBytes(UTF_8), PROOF, HEAD));
    assertFails(Step.PROOF_FILE, Verification.ofResource(PATIENT, "{}".getBytes(UTF_8), KEY, HEAD));
    LogVerifierKey stranger = LogSigningKey.generate(KEY.name(), new SecureRandom()).verifierKey();
    assertFails(
        Step.CHECKPOINT_SIGNATURE,
        Verification.ofResource(PATIENT, SampleLog.bytes(PROOF), stranger, HEAD));
  }

  @Test
  @DisplayName("VER-1 a statement about another version or resource is not this one's")
  void statementIsAboutThisVersion() {
    Statement.ResourceVersion right = SampleLog.stored(PATIENT, Operation.CREATE);
    Statement otherVersion =
        new Statement.ResourceVersion(
            SampleLog.NOW,
            right.resource(),
            "2",
            Operation.UPDATE,
            right.content(),
            right.provenance(),
            Optional.empty());
    assertFails(
        Step.RESOURCE_IDENTITY,
        verify(PATIENT, SampleLog.of(otherVersion).proof(0, 1, Optional.empty()), HEAD));
    assertFails(Step.CONTENT_DIGEST, verify(PATIENT, LOG.proof(1, 30, Optional.empty()), HEAD));
    assertFails(Step.CONTENT_DIGEST, verify(PATIENT, LOG.proof(2, 30, Optional.empty()), HEAD));
  }

  @Test
  @DisplayName("VER-1 another salt, leaf index or path is not in the tree")
  void inclusionMustHold() {
    Salt salt = Salt.of(new byte[32]);
    assertFails(
        Step.INCLUSION,
        verify(PATIENT, with(salt, PROOF.leafIndex(), PROOF.inclusionProof()), HEAD));
    assertFails(
        Step.INCLUSION,
        verify(PATIENT, with(PROOF.salt(), new LeafIndex(1), PROOF.inclusionProof()), HEAD));
    for (List<Digest> wrong : WrongLists.of(PROOF.inclusionProof(), OTHER)) {
      assertFails(
          Step.INCLUSION, verify(PATIENT, with(PROOF.salt(), PROOF.leafIndex(), wrong), HEAD));
    }
  }

  @Test
  @DisplayName("VER-1 the anchored tree must begin with the checkpoint's")
  void consistencyMustHold() {
    for (List<Digest> wrong : WrongLists.of(PROOF.consistencyProof(), OTHER)) {
      assertFails(Step.CONSISTENCY, verify(PATIENT, anchored(PROOF.anchor(), wrong), HEAD));
    }
    assertFails(
        Step.CONSISTENCY, verify(PATIENT, anchored(Optional.of(LOG.anchor(29)), List.of()), HEAD));
    assertFails(
        Step.CONSISTENCY,
        verify(PATIENT, anchored(Optional.of(LOG.anchor(41)), PROOF.consistencyProof()), HEAD));
  }

  @Test
  @DisplayName("VER-1 the ledger's head is the anchored one, or has the anchored one behind it")
  void ledgerHead() {
    TreeSize later = new TreeSize(63);
    assertFails(Step.LEDGER_HEAD, onLedger(42, OTHER, Optional.empty()));
    assertFails(Step.LEDGER_HEAD, onLedger(42, OTHER, Optional.of(root(42))));
    assertFails(Step.LEDGER_HEAD, onLedger(41, root(41), Optional.of(root(42))));
    assertFails(Step.LEDGER_HEAD, onLedger(0, TreeHash.EMPTY, Optional.empty()));
    assertFails(Step.LEDGER_HEAD, onLedger(63, root(63), Optional.empty()));
    assertFails(Step.LEDGER_HEAD, onLedger(63, root(63), Optional.of(OTHER)));
    assertThat(
            verify(
                PATIENT, PROOF, new HeadEvidence.OnLedger(later, root(63), Optional.of(root(42)))))
        .isInstanceOf(Verdict.Verified.class);
    assertFails(
        Step.LEDGER_HEAD,
        verify(PATIENT, PROOF, new HeadEvidence.Contradicted("another chain", "1", "2")));
  }

  @Test
  @DisplayName("VER-1 a pinned head decides at the checkpoint's size and at the anchor's")
  void pinnedHead() {
    assertThat(pinned(PROOF, 42, root(42))).isInstanceOf(Verdict.Verified.class);
    assertThat(pinned(PROOF, 30, root(30))).isInstanceOf(Verdict.Verified.class);
    assertThat(pinned(PENDING, 30, root(30))).isInstanceOf(Verdict.Verified.class);
    assertFails(Step.LEDGER_HEAD, pinned(PROOF, 42, OTHER));
    assertFails(Step.LEDGER_HEAD, pinned(PROOF, 30, OTHER));
    assertFails(Step.LEDGER_HEAD, pinned(PENDING, 30, OTHER));
    assertUndecided("consistency proof between the pinned size 41", pinned(PROOF, 41, root(41)));
    assertUndecided("consistency proof", pinned(PENDING, 42, root(42)));
  }

  @Test
  @DisplayName(
      "VER-2 a silent ledger or a pending anchor leaves it undecided, after all local steps")
  void undecided() {
    HeadEvidence silent = new HeadEvidence.Unavailable("connection refused");
    assertUndecided("connection refused", verify(PATIENT, PROOF, silent));
    assertUndecided("an anchor", verify(PATIENT, PENDING, silent));
    assertUndecided("an anchor", verify(PATIENT, PENDING, HEAD));
    assertFails(Step.CONTENT_DIGEST, verify(SampleLog.patient("7", 1, "x"), PENDING, silent));
    HeadEvidence exactly = new HeadEvidence.OnLedger(new TreeSize(30), root(30), Optional.empty());
    assertThat(verify(PATIENT, PENDING, exactly)).isInstanceOf(Verdict.Verified.class);
  }

  @Test
  @DisplayName("VER-1 a deleted version and a disclosure are verified without a resource")
  void withoutResource() {
    for (int leaf : new int[] {1, 2}) {
      byte[] proof = SampleLog.bytes(LOG.proof(leaf, 30, Optional.of(42L)));
      assertThat(Verification.ofStatement(proof, KEY, HEAD)).isInstanceOf(Verdict.Verified.class);
    }
    assertUndecided(
        "the content of Patient/7 version 1",
        Verification.ofStatement(SampleLog.bytes(PROOF), KEY, HEAD));
  }

  private static ProofFile with(Salt salt, LeafIndex index, List<Digest> path) {
    return new ProofFile(
        PROOF.statement(),
        salt,
        index,
        PROOF.checkpoint(),
        path,
        PROOF.anchor(),
        PROOF.consistencyProof());
  }

  private static ProofFile anchored(Optional<Anchor> anchor, List<Digest> consistency) {
    return new ProofFile(
        PROOF.statement(),
        PROOF.salt(),
        PROOF.leafIndex(),
        PROOF.checkpoint(),
        PROOF.inclusionProof(),
        anchor,
        consistency);
  }

  private static Verdict onLedger(long size, Digest root, Optional<Digest> anchored) {
    return verify(PATIENT, PROOF, new HeadEvidence.OnLedger(new TreeSize(size), root, anchored));
  }

  private static Verdict pinned(ProofFile proof, long size, Digest root) {
    return verify(PATIENT, proof, new HeadEvidence.Pinned(new TreeSize(size), root));
  }

  private static Verdict verify(byte[] resource, ProofFile proof, HeadEvidence head) {
    return Verification.ofResource(resource, SampleLog.bytes(proof), KEY, head);
  }

  private static Digest root(long size) {
    return LOG.root(new TreeSize(size));
  }

  private static void assertFails(Step step, Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.NotVerified.class).extracting("step").isEqualTo(step);
    List<Step> before = new ArrayList<>();
    verdict.passed().forEach(passed -> before.add(passed.step()));
    assertThat(before).isSorted().doesNotContain(step);
  }

  private static void assertUndecided(String missing, Verdict verdict) {
    assertThat(verdict)
        .isInstanceOf(Verdict.Undecided.class)
        .extracting("missing")
        .asString()
        .contains(missing);
  }
}
