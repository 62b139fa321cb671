package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HistoryVerificationTest {
  private static final ResourceKey PATIENT = new ResourceKey("Patient", "7");

  private final SampleLog log = new SampleLog();
  private final List<Optional<byte[]>> resources = new ArrayList<>();
  private Optional<Digest> last = Optional.empty();

  @BeforeEach
  void fourVersionsWithADelete() {
    store(SampleLog.patient("7", 1, "A"));
    store(SampleLog.patient("7", 2, "B"));
    append(Optional.empty(), SampleLog.deleted(PATIENT, 3));
    store(SampleLog.patient("7", 4, "A"));
  }

  @Test
  @DisplayName("VER-3 a whole history is verified, in any order it is given")
  void wholeHistory() {
    List<HistoryVerification.Version> versions = versions(0, 1, 2, 3);
    assertThat(verify(versions)).isInstanceOf(Verdict.Verified.class);
    Collections.reverse(versions);
    Verdict verdict = verify(versions);
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    assertThat(verdict.passed().get(4).what())
        .isEqualTo("resource:Patient/7, versions 1 to 4 in order");
  }

  @Test
  @DisplayName("VER-3 a missing version is named")
  void missingVersion() {
    assertRefused(
        versions(0, 2, 3), "a version is missing or out of order", "version 2", "version 3");
    assertRefused(
        versions(1, 2, 3), "a version is missing or out of order", "version 1", "version 2");
    assertRefused(versions(), "nothing to verify", "version 1 and those after it", "no version");
  }

  @Test
  @DisplayName("VER-3 a version given twice is named")
  void repeatedVersion() {
    assertThat(verify(versions(0, 1, 1, 2, 3))).extracting("step").isEqualTo(Step.HISTORY);
  }

  @Test
  @DisplayName("VER-3 a version recorded twice, or in the wrong order, is named")
  void versionRecordedTwice() {
    store(SampleLog.patient("7", 2, "forged"));
    assertRefused(
        versions(0, 1, 2, 3, 4), "a version is missing or out of order", "version 5", "version 2");
    assertThat(verify(versions(0, 4, 2, 3))).isInstanceOf(Verdict.NotVerified.class);
  }

  @Test
  @DisplayName("VER-3 a statement that does not name the one before it is named")
  void brokenChain() {
    last = Optional.of(Digest.sha256());
    store(SampleLog.patient("7", 5, "C"));
    assertThat(verify(versions(0, 1, 2, 3, 4)))
        .extracting("reason")
        .isEqualTo("the statement does not follow the one before it");
  }

  @Test
  @DisplayName("VER-3 another resource's version does not fit in")
  void anotherResource() {
    store(SampleLog.patient("8", 1, "A"));
    assertThat(verify(versions(0, 1, 2, 3, 4)))
        .extracting("reason")
        .isEqualTo("not all are of one resource");
  }

  @Test
  @DisplayName("VER-3 the content of one version under the proof of another is named by its step")
  void swappedContents() {
    List<HistoryVerification.Version> versions = versions(0, 1, 2, 3);
    HistoryVerification.Version first = versions.get(0);
    HistoryVerification.Version second = versions.get(1);
    versions.set(0, new HistoryVerification.Version(first.resource(), second.proofFile()));
    versions.set(1, new HistoryVerification.Version(second.resource(), first.proofFile()));
    assertThat(verify(versions)).extracting("step").isEqualTo(Step.CONTENT_DIGEST);
  }

  @Test
  @DisplayName("STM-5 erasures beside a history are counted and fill no gap")
  void erasureFillsNoGap() {
    append(
        Optional.empty(),
        new Statement.Erasure(
            SampleLog.NOW,
            LeafRanges.parse("1-2,9"),
            LeafRanges.NONE,
            Digest.sha256(),
            Optional.empty()));
    Verdict verdict = verify(versions(0, 1, 2, 3, 4));
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    assertThat(verdict.passed().get(5).what())
        .isEqualTo(
            "resource:Patient/7, versions 1 to 4 in order; the log has 3 erased leaves, 2 of them"
                + " these");
    assertThat(verify(versions(0, 2, 3, 4))).isInstanceOf(Verdict.NotVerified.class);
    assertThat(verify(versions(4))).isInstanceOf(Verdict.NotVerified.class);
  }

  @Test
  @DisplayName("STM-6 the number that an undelete skips is no gap: 1, 2 deleted, 4 created")
  void undeleteSkipsANumber() {
    append(Optional.empty(), SampleLog.deleted(PATIENT, 5));
    appendStored(7, Operation.CREATE);
    Verdict verdict = verify(versions(0, 1, 2, 3, 4, 5));
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    assertThat(verdict.passed().get(6).what())
        .isEqualTo(
            "resource:Patient/7, versions 1 to 7 in order, one number skipped at each of 1"
                + " undeletes");
  }

  @Test
  @DisplayName("STM-6 no other gap is taken for an undelete")
  void noOtherGapPasses() {
    append(Optional.empty(), SampleLog.deleted(PATIENT, 5));
    appendStored(8, Operation.CREATE);
    assertRefused(
        versions(0, 1, 2, 3, 4, 5),
        "a version is missing or out of order",
        "version 6",
        "version 8");
  }

  @Test
  @DisplayName("STM-6 a create without a delete before it fills no gap")
  void createAloneFillsNoGap() {
    appendStored(6, Operation.CREATE);
    assertRefused(
        versions(0, 1, 2, 3, 4), "a version is missing or out of order", "version 5", "version 6");
  }

  @Test
  @DisplayName("STM-6 an update after a delete fills no gap")
  void updateFillsNoGap() {
    append(Optional.empty(), SampleLog.deleted(PATIENT, 5));
    appendStored(7, Operation.UPDATE);
    assertRefused(
        versions(0, 1, 2, 3, 4, 5),
        "a version is missing or out of order",
        "version 6",
        "version 7");
  }

  @Test
  @DisplayName("STM-6 a version taken out after a delete is missed, for the next one names it")
  void missesWhatStoodInTheGap() {
    append(Optional.empty(), SampleLog.deleted(PATIENT, 5));
    appendStored(6, Operation.CREATE);
    appendStored(7, Operation.CREATE);
    assertThat(verify(versions(0, 1, 2, 3, 4, 6)))
        .extracting("reason")
        .isEqualTo("the statement does not follow the one before it");
  }

  @Test
  @DisplayName("VER-3 a silent ledger leaves the history undecided")
  void silentLedger() {
    Verdict verdict =
        HistoryVerification.verify(
            versions(0, 1, 2, 3),
            SampleLog.KEY.verifierKey(),
            proof -> new HeadEvidence.Unavailable("connection refused"));
    assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
  }

  private void store(byte[] resource) {
    Operation operation = resources.isEmpty() ? Operation.CREATE : Operation.UPDATE;
    append(Optional.of(resource), SampleLog.stored(resource, operation));
  }

  private void appendStored(int version, Operation operation) {
    byte[] resource = SampleLog.patient("7", version, "V" + version);
    append(Optional.of(resource), SampleLog.stored(resource, operation));
  }

  private void append(Optional<byte[]> resource, Statement statement) {
    resources.add(resource);
    last = Optional.of(log.append(statement.withPrevious(last)));
  }

  private List<HistoryVerification.Version> versions(int... leaves) {
    List<HistoryVerification.Version> versions = new ArrayList<>();
    long size = log.size().value();
    for (int leaf : leaves) {
      byte[] proof = SampleLog.bytes(log.proof(leaf, size, Optional.of(size)));
      versions.add(new HistoryVerification.Version(resources.get(leaf), proof));
    }
    return versions;
  }

  private Verdict verify(List<HistoryVerification.Version> versions) {
    HeadEvidence head = new HeadEvidence.Pinned(log.size(), log.root(log.size()));
    return HistoryVerification.verify(versions, SampleLog.KEY.verifierKey(), proof -> head);
  }

  private void assertRefused(
      List<HistoryVerification.Version> versions, String reason, String want, String got) {
    assertThat(verify(versions))
        .extracting("step", "reason", "want", "got")
        .containsExactly(Step.HISTORY, reason, want, got);
  }
}
