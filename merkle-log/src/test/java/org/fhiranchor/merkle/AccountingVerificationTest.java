package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AccountingVerificationTest {
  private static final Digest ANNA = SubjectTag.of(new byte[32], "anna");
  private static final Digest BEN = SubjectTag.of(new byte[32], "ben");

  private final SampleLog log = new SampleLog();
  private final List<byte[]> records = new ArrayList<>();
  private Optional<Digest> last = Optional.empty();

  @BeforeEach
  void fourDisclosuresToAnna() {
    for (int number = 1; number <= 4; number++) {
      disclose(ANNA, number, "read " + number);
    }
  }

  @Test
  @DisplayName("DIS-3 a whole accounting is verified, in any order it is given")
  void wholeAccounting() {
    List<AccountingVerification.Entry> entries = entries(0, 1, 2, 3);
    Collections.shuffle(entries, new java.util.Random(3));
    Verdict verdict = verify(entries);
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    assertThat(verdict.passed().get(4).what())
        .isEqualTo("disclosure:%s, disclosures 1 to 4 in order".formatted(ANNA.hex()));
  }

  @Test
  @DisplayName("DIS-3 a record that is left out is missed, whichever it is but the newest")
  void leftOut() {
    for (int missing = 0; missing < 3; missing++) {
      List<AccountingVerification.Entry> entries = entries(0, 1, 2, 3);
      entries.remove(missing);
      assertRefused(
          entries,
          "a disclosure is missing or out of order",
          "disclosure " + (missing + 1),
          "disclosure " + (missing + 2));
    }
    assertRefused(entries(), "nothing to verify", "disclosure 1 and those after it", "none");
  }

  @Test
  @DisplayName("DIS-3 a record given twice is named")
  void repeated() {
    assertThat(verify(entries(0, 1, 1, 2, 3))).extracting("step").isEqualTo(Step.ACCOUNTING);
  }

  @Test
  @DisplayName("DIS-3 a record of another patient does not fit in")
  void anotherPatient() {
    last = Optional.empty();
    disclose(BEN, 1, "read of ben");
    assertThat(verify(entries(0, 1, 2, 3, 4)))
        .extracting("reason")
        .isEqualTo("not all are of one patient");
  }

  @Test
  @DisplayName("DIS-3 a statement that does not name the one before it is named")
  void brokenChain() {
    last = Optional.of(Digest.sha256());
    disclose(ANNA, 5, "read 5");
    assertThat(verify(entries(0, 1, 2, 3, 4)))
        .extracting("reason")
        .isEqualTo("the statement does not follow the one before it");
  }

  @Test
  @DisplayName("DIS-3 a number given twice is named, though its record and its leaf are others")
  void numberTwice() {
    disclose(ANNA, 4, "another 4");
    assertRefused(
        entries(0, 1, 2, 3, 4),
        "a disclosure is missing or out of order",
        "disclosure 5",
        "disclosure 4");
  }

  @Test
  @DisplayName("DIS-1 a record that was changed is not the one that was committed to")
  void changedRecord() {
    List<AccountingVerification.Entry> entries = entries(0, 1, 2, 3);
    entries.set(
        2,
        new AccountingVerification.Entry(
            Optional.of("read 2".getBytes(UTF_8)), entries.get(2).proofFile()));
    assertThat(verify(entries))
        .extracting("step", "reason")
        .containsExactly(Step.RECORD_DIGEST, "this is not the record that was committed to");
  }

  @Test
  @DisplayName("DIS-8 a record whose content is gone still has its place")
  void contentGone() {
    List<AccountingVerification.Entry> entries = entries(0, 1, 2, 3);
    entries.set(0, new AccountingVerification.Entry(Optional.empty(), entries.get(0).proofFile()));
    assertThat(verify(entries)).isInstanceOf(Verdict.Verified.class);
  }

  @Test
  @DisplayName("DIS-3 a stretch is verified from the number it is said to begin with")
  void stretch() {
    assertThat(verify(entries(2, 3), 3)).isInstanceOf(Verdict.Verified.class);
    assertThat(verify(entries(2, 3), 2)).isInstanceOf(Verdict.NotVerified.class);
    assertThat(verify(entries(2, 3))).isInstanceOf(Verdict.NotVerified.class);
  }

  @Test
  @DisplayName(
      "DIS-3 the proof of a resource version is none of a disclosure, and junk is no proof")
  void notADisclosure() {
    records.add(new byte[0]);
    log.append(SampleLog.stored(SampleLog.patient("7", 1, "A"), Operation.CREATE));
    assertThat(verify(entries(4)))
        .extracting("reason")
        .isEqualTo("the statement is not about a disclosure");
    assertThat(
            verify(List.of(new AccountingVerification.Entry(Optional.empty(), new byte[] {'{'}))))
        .extracting("step")
        .isEqualTo(Step.PROOF_FILE);
  }

  @Test
  @DisplayName("DIS-3 the sequencer numbers from 1, and only the first has no predecessor")
  void numbers() {
    Statement.Disclosure waiting =
        Statement.Disclosure.waiting(SampleLog.NOW, ANNA, Digest.sha256());
    assertThat(waiting.sequence()).isZero();
    assertThat(waiting.after(0, Optional.empty()).sequence()).isEqualTo(1);
    assertThat(waiting.after(41, Optional.of(BEN)))
        .extracting(Statement.Disclosure::sequence, Statement::previous)
        .containsExactly(42L, Optional.of(BEN));
    assertThatIllegalArgumentException().isThrownBy(() -> waiting.after(1, Optional.empty()));
    assertThatIllegalArgumentException().isThrownBy(() -> waiting.after(0, Optional.of(BEN)));
    assertThatIllegalArgumentException().isThrownBy(() -> SubjectTag.of(new byte[31], "anna"));
  }

  @Test
  @DisplayName("DIS-3 a tag depends on its key and its patient, and shows neither")
  void tags() {
    byte[] other = new byte[32];
    other[31] = 1;
    assertThat(ANNA).isNotEqualTo(BEN).isNotEqualTo(SubjectTag.of(other, "anna"));
    assertThat(ANNA.hex())
        .isEqualTo("875f9f7adce3ce1f50d15fb36fa9a42a19902be5ee33f978ef4e8d2fb4497ea3");
  }

  private void disclose(Digest subject, int number, String record) {
    byte[] json = record.getBytes(UTF_8);
    records.add(json);
    Statement statement =
        new Statement.Disclosure(SampleLog.NOW, subject, number, Digest.sha256(json), last);
    last = Optional.of(log.append(statement));
  }

  private List<AccountingVerification.Entry> entries(int... leaves) {
    List<AccountingVerification.Entry> entries = new ArrayList<>();
    long size = log.size().value();
    for (int leaf : leaves) {
      byte[] proof = SampleLog.bytes(log.proof(leaf, size, Optional.of(size)));
      entries.add(new AccountingVerification.Entry(Optional.of(records.get(leaf)), proof));
    }
    return entries;
  }

  private Verdict verify(List<AccountingVerification.Entry> entries) {
    return verify(entries, 1);
  }

  private Verdict verify(List<AccountingVerification.Entry> entries, long from) {
    HeadEvidence head = new HeadEvidence.Pinned(log.size(), log.root(log.size()));
    return AccountingVerification.verify(entries, from, SampleLog.KEY.verifierKey(), proof -> head);
  }

  private void assertRefused(
      List<AccountingVerification.Entry> entries, String reason, String want, String got) {
    assertThat(verify(entries))
        .extracting("step", "reason", "want", "got")
        .containsExactly(Step.ACCOUNTING, reason, want, got);
  }
}
