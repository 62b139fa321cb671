package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
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

  private final SampleAccounting world = new SampleAccounting();
  private long anchored;

  @BeforeEach
  void fourDisclosuresToAnna() {
    for (int number = 1; number <= 4; number++) {
      world.disclose("anna", "portal");
      world.disclose("ben", "ward");
    }
    anchored = world.heads();
  }

  @Test
  @DisplayName("DIS-3 DIS-6 a whole accounting is verified, up to the newest that is anchored")
  void wholeAccounting() {
    Verdict verdict = verify(lines(0, 1, 2, 3));
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    assertThat(verdict.passed())
        .extracting(Verdict.Passed::what)
        .containsExactly(
            "disclosures 1 to 4 in order of Patient/anna, tag " + ANNA.hex(),
            "disclosure 4 is the newest of the anchored 9 leaves, as of 2026-01-31T23:59:59.123Z");
  }

  @Test
  @DisplayName("DIS-3 DIS-6 a record that is left out is missed, whichever it is")
  void leftOut() {
    for (int missing = 0; missing < 3; missing++) {
      List<String> lines = lines(0, 1, 2, 3);
      lines.remove(missing + 1);
      assertRefused(
          lines,
          Step.ACCOUNTING,
          "a disclosure is missing or out of order",
          "disclosure " + (missing + 1),
          "disclosure " + (missing + 2));
    }
    assertRefused(
        lines(0, 1, 2),
        Step.HEADS,
        "the newest disclosure is not the one that the anchored log names for this patient",
        "the head in the map of 9 leaves",
        "disclosure 3");
    assertRefused(
        lines(),
        Step.HEADS,
        "the newest disclosure is not the one that the anchored log names for this patient",
        "the head in the map of 9 leaves",
        "no disclosure");
  }

  @Test
  @DisplayName("DIS-6 of a patient without disclosures an empty place is shown, under the tag")
  void nobody() {
    List<String> empty = world.file("cleo", anchored, List.of());
    HeadEvidence head = world.onLedger(anchored);
    assertThat(SampleAccounting.verify(empty, head, SampleAccounting.tag("cleo")))
        .isInstanceOf(Verdict.Verified.class)
        .extracting(verdict -> verdict.passed().get(1).what())
        .isEqualTo(
            "no disclosure is the newest of the anchored 9 leaves, as of 2026-01-31T23:59:59.123Z");
    assertThat(verify(empty))
        .isInstanceOf(Verdict.Undecided.class)
        .extracting("step", "missing")
        .containsExactly(
            Step.ACCOUNTING,
            "whose it is: no record in it names a patient, so the tag must be known; say --tag");
  }

  @Test
  @DisplayName("DIS-6 an accounting under another tag than the patient's is another patient's")
  void anotherTag() {
    HeadEvidence head = world.onLedger(anchored);
    assertThat(SampleAccounting.verify(lines(0, 1, 2, 3), head, ANNA))
        .isInstanceOf(Verdict.Verified.class);
    for (List<String> file : List.of(lines(0, 1, 2, 3), world.file("cleo", anchored, List.of()))) {
      assertThat(SampleAccounting.verify(file, head, BEN))
          .isInstanceOf(Verdict.NotVerified.class)
          .extracting("step", "reason", "want")
          .containsExactly(
              Step.ACCOUNTING,
              "the accounting has another tag, so it is not this patient's",
              BEN.hex());
    }
  }

  @Test
  @DisplayName("DIS-6 what came after the anchor is shown as not yet anchored")
  void afterTheAnchor() {
    world.disclose("anna", "lab");
    world.disclose("anna", "lab");
    List<String> lines = lines(0, 1, 2, 3, 4, 5);
    Verdict verdict = verify(lines);
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    assertThat(verdict.passed())
        .extracting(Verdict.Passed::what)
        .contains("2 of them in the log, and not yet anchored");
    List<String> gap = lines(0, 1, 2, 3, 5);
    assertThat(verify(gap)).extracting("step").isEqualTo(Step.ACCOUNTING);
  }

  @Test
  @DisplayName("DIS-6 what has no proof is not verified, and what is no record is refused")
  void withoutProof() {
    for (int more = 1; more <= 2; more++) {
      List<String> lines = lines(0, 1, 2, 3);
      lines.addAll(
          Collections.nCopies(more, waiting(SampleAccounting.record("anna", "portal", 5))));
      assertThat(verify(lines))
          .isInstanceOf(Verdict.Undecided.class)
          .extracting("step", "missing")
          .containsExactly(
              Step.INCLUSION,
              "a proof of each line: not proven are "
                  + more
                  + " at the end, nothing confirms what they say; ask for the accounting again");
      assertThat(SampleAccounting.verify(lines, new HeadEvidence.Unavailable("away")))
          .extracting("step")
          .isEqualTo(Step.INCLUSION);
    }
    String record = SampleAccounting.record("anna", "portal", 5);
    for (String other :
        List.of(
            "hello",
            "{}",
            "[]",
            record + " ",
            record.replace("\"v\":1", "\"v\":2"),
            record.replace("Patient/anna", "Patient/ben"),
            record.replace("\"patient\":\"Patient/anna\",", ""),
            record.replace("\"outcome\":\"shown\"", "\"outcome\":\"seen\""),
            record.replace("\"recorded\":\"2", "\"recorded\":\"x"),
            record.replace("\"interaction\":", "\"interactions\":"),
            record.replace("\"salt\":\"", "\"salt\":\"!"))) {
      List<String> lines = lines(0, 1, 2, 3);
      lines.add(waiting(other));
      assertThat(verify(lines)).as(other).isInstanceOf(Verdict.NotVerified.class);
    }
  }

  private static String waiting(String record) {
    return AccountingFile.write(new AccountingFile.Entry(Optional.of(record), Optional.empty()));
  }

  @Test
  @DisplayName("DIS-6 an accounting of an earlier anchor counts only up to when it is asked for")
  void ledgerWentOn() {
    long before = anchored;
    world.disclose("anna", "lab");
    anchored = world.heads();
    List<String> old = world.file("anna", before, world.of("anna").subList(0, 4));
    HeadEvidence now =
        new HeadEvidence.OnLedger(
            new TreeSize(anchored),
            world.log.root(new TreeSize(anchored)),
            Optional.of(world.log.root(new TreeSize(before))));
    assertThat(SampleAccounting.verify(old, now))
        .isInstanceOf(Verdict.Undecided.class)
        .extracting("step")
        .isEqualTo(Step.HEADS);
    Instant proven = SampleLog.NOW.minus(ExportVerification.OUT_OF_ORDER);
    assertThat(SampleAccounting.verify(old, now, Optional.of(proven)))
        .isInstanceOf(Verdict.Verified.class);
    Instant later = proven.plusMillis(1);
    assertThat(SampleAccounting.verify(old, now, Optional.of(later)))
        .isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  @DisplayName("DIS-6 before the first anchor an accounting is undecided, never verified")
  void notAnchored() {
    List<String> lines = new ArrayList<>();
    lines.add(
        AccountingFile.write(new AccountingFile.Head(ANNA, Optional.empty(), Optional.empty())));
    world.of("anna").forEach(one -> lines.add(AccountingFile.write(world.entry(one, 0))));
    assertThat(verify(lines))
        .isInstanceOf(Verdict.Undecided.class)
        .extracting("step")
        .isEqualTo(Step.HEADS);
    assertThat(SampleAccounting.verify(lines(0, 1, 2, 3), new HeadEvidence.Unavailable("away")))
        .isInstanceOf(Verdict.Undecided.class)
        .extracting("step")
        .isEqualTo(Step.LEDGER_HEAD);
  }

  @Test
  @DisplayName("DIS-3 a record given twice, or out of its order, is named")
  void repeated() {
    assertThat(verify(lines(0, 1, 1, 2, 3))).extracting("step").isEqualTo(Step.ACCOUNTING);
    List<String> shuffled = lines(0, 1, 2, 3);
    Collections.swap(shuffled, 2, 3);
    assertThat(verify(shuffled)).extracting("step").isEqualTo(Step.ACCOUNTING);
  }

  @Test
  @DisplayName("DIS-3 a record of another patient does not fit in")
  void anotherPatient() {
    List<String> lines = lines(0, 1, 2, 3);
    lines.add(AccountingFile.write(world.entry(world.of("ben").get(0), anchored)));
    assertThat(verify(lines))
        .extracting("reason")
        .isEqualTo("disclosure 5 is of another patient than the first line");
  }

  @Test
  @DisplayName("DIS-3 a statement that does not name the one before it is named")
  void brokenChain() {
    String record = "{}";
    int leaf = (int) world.log.size().value();
    world.log.append(
        new Statement.Disclosure(
            SampleLog.NOW,
            ANNA,
            5,
            Digest.sha256(record.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            Optional.of(Digest.sha256())));
    List<String> lines = lines(0, 1, 2, 3);
    lines.add(
        AccountingFile.write(
            new AccountingFile.Entry(
                Optional.of(record),
                Optional.of(world.log.proof(leaf, world.log.size().value(), Optional.empty())))));
    assertThat(verify(lines))
        .extracting("reason")
        .isEqualTo("disclosure 5 does not follow the one before it");
  }

  @Test
  @DisplayName("DIS-1 a record that was changed is not the one that was committed to")
  void changedRecord() {
    List<String> lines = lines(0, 1, 2, 3);
    lines.set(3, lines.get(3).replace("portal", "porter"));
    assertThat(verify(lines))
        .extracting("step", "reason")
        .containsExactly(
            Step.RECORD_DIGEST, "disclosure 3: this is not the record that was committed to");
  }

  @Test
  @DisplayName("DIS-8 a record whose content is gone has its place, where a leaf says that it went")
  void contentGone() {
    List<String> lines = lines(0, 1, 2, 3);
    AccountingFile.Entry whole = world.entry(world.of("anna").get(0), anchored);
    lines.set(1, AccountingFile.write(new AccountingFile.Entry(Optional.empty(), whole.proof())));
    assertThat(verify(lines))
        .extracting("step", "reason")
        .containsExactly(
            Step.RECORD_DIGEST,
            "disclosure 1: its content is not there, and no leaf says that it was removed");
    for (long millis : new long[] {0, 1}) {
      int leaf = (int) world.log.size().value();
      Instant before = SampleLog.NOW.plusMillis(millis);
      world.log.append(new Statement.Retention(SampleLog.NOW, before, Optional.empty()));
      ProofFile says = world.log.proof(leaf, world.log.size().value(), Optional.empty());
      AccountingFile.Head head = world.head("anna", anchored, Optional.of(world.of("anna").get(3)));
      lines.set(
          0,
          AccountingFile.write(
              new AccountingFile.Head(head.subject(), head.heads(), Optional.of(says))));
      assertThat(verify(lines))
          .isInstanceOf(millis == 1 ? Verdict.Verified.class : Verdict.NotVerified.class);
    }
  }

  @Test
  @DisplayName(
      "DIS-3 the proof of something else is none of a disclosure, and junk is no accounting")
  void notADisclosure() {
    List<String> lines = lines(0);
    lines.add(
        AccountingFile.write(
            new AccountingFile.Entry(
                Optional.of("{}"), Optional.of(world.log.proof(8, 9, Optional.of(9L))))));
    assertThat(verify(lines))
        .extracting("reason")
        .isEqualTo("the statement is not about a disclosure");
    for (String junk : List.of("{", "", "[]", "{\"format\":\"fhiranchor-accounting/1\"}")) {
      assertThat(verify(List.of(junk))).extracting("step").isEqualTo(Step.PROOF_FILE);
      List<String> with = lines(0, 1, 2, 3);
      with.add(3, junk);
      assertThat(verify(with)).extracting("step").isEqualTo(Step.PROOF_FILE);
    }
    assertThat(verify(List.of())).extracting("step").isEqualTo(Step.PROOF_FILE);
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

  private List<String> lines(int... numbers) {
    List<SampleAccounting.Told> shown = new ArrayList<>();
    for (int number : numbers) {
      shown.add(world.of("anna").get(number));
    }
    return new ArrayList<>(world.file("anna", anchored, shown));
  }

  private Verdict verify(List<String> lines) {
    return SampleAccounting.verify(lines, world.onLedger(anchored));
  }

  private void assertRefused(
      List<String> lines, Step step, String reason, String want, String got) {
    assertThat(verify(lines))
        .extracting("step", "reason", "want", "got")
        .containsExactly(step, reason, want, got);
  }
}
