package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checks the disclosures of one patient with their proofs (DIS-3): each record is the one that its
 * statement names, each proof holds by itself, all are of one subject, their numbers run from the
 * first one expected without a gap, leaves grow, and each statement names the commitment of the one
 * before. Disclosures after the last one given cannot be missed here.
 */
public final class AccountingVerification {
  private AccountingVerification() {}

  /**
   * One disclosure.
   *
   * @param record the canonical JSON of its record, as the server keeps it; empty when only the
   *     proof is checked, of a record whose content is gone
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Entry(Optional<byte[]> record, byte[] proofFile) {}

  /** Verifies all disclosures of a patient from the first one on, given in any order. */
  public static Verdict verify(
      List<Entry> entries, LogVerifierKey key, Function<ProofFile, HeadEvidence> head) {
    return verify(entries, 1, key, head);
  }

  /**
   * Verifies a stretch of them, given in any order.
   *
   * @param from the number that the first one must have; what comes before it is not looked at
   * @param head what is known about the log's head for a proof
   */
  public static Verdict verify(
      List<Entry> entries, long from, LogVerifierKey key, Function<ProofFile, HeadEvidence> head) {
    List<Verdict.Passed> passed = new ArrayList<>();
    List<ProofFile> proofs = new ArrayList<>();
    for (Entry entry : entries) {
      Verdict verdict = one(entry, key, head);
      if (!(verdict instanceof Verdict.Verified)) {
        return verdict;
      }
      ProofFile proof = ProofFile.parse(entry.proofFile());
      proofs.add(proof);
      passed.add(new Verdict.Passed(Step.LEDGER_HEAD, "leaf " + proof.leafIndex() + " verified"));
    }
    proofs.sort(Comparator.comparingLong(proof -> proof.leafIndex().value()));
    try {
      passed.add(new Verdict.Passed(Step.ACCOUNTING, new Chain(from).check(proofs)));
      return new Verdict.Verified(List.copyOf(passed));
    } catch (StepFailure failure) {
      return failure.verdict(List.copyOf(passed));
    }
  }

  private static Verdict one(
      Entry entry, LogVerifierKey key, Function<ProofFile, HeadEvidence> head) {
    ProofFile proof;
    try {
      proof = ProofFile.parse(entry.proofFile());
    } catch (ProofFormatException wrong) {
      HeadEvidence none = new HeadEvidence.Unavailable("not a proof file");
      return Verification.ofStatement(entry.proofFile(), key, none);
    }
    try {
      checkRecord(proof.statement(), entry.record());
    } catch (StepFailure failure) {
      return failure.verdict(List.of());
    }
    return Verification.ofStatement(entry.proofFile(), key, head.apply(proof));
  }

  private static void checkRecord(Statement statement, Optional<byte[]> record) {
    if (!(statement instanceof Statement.Disclosure disclosure)) {
      throw StepFailure.not(
          Step.RECORD_DIGEST,
          "the statement is not about a disclosure",
          "a statement of kind disclosure",
          statement.chain());
    }
    record.ifPresent(
        json -> {
          String want = disclosure.record().hex();
          String got = Digest.sha256(json).hex();
          if (!want.equals(got)) {
            throw StepFailure.not(
                Step.RECORD_DIGEST, "this is not the record that was committed to", want, got);
          }
        });
  }

  /** The statements of one patient in the order of their leaves. */
  private static final class Chain {
    private final long from;
    private long next;
    private long lastLeaf = -1;
    private Optional<Digest> previous = Optional.empty();

    Chain(long from) {
      this.from = from;
      this.next = from;
    }

    String check(List<ProofFile> proofs) {
      if (proofs.isEmpty()) {
        throw no("nothing to verify", "disclosure " + from + " and those after it", "none");
      }
      String chain = proofs.get(0).statement().chain();
      for (ProofFile proof : proofs) {
        same("not all are of one patient", chain, proof.statement().chain());
        next(proof, (Statement.Disclosure) proof.statement());
      }
      return chain + ", disclosures " + from + " to " + (next - 1) + " in order";
    }

    private void next(ProofFile proof, Statement.Disclosure disclosure) {
      if (proof.leafIndex().value() <= lastLeaf) {
        throw no("two of one leaf", "a leaf after " + lastLeaf, "leaf " + proof.leafIndex());
      }
      if (disclosure.sequence() != next) {
        throw no(
            "a disclosure is missing or out of order",
            "disclosure " + next,
            "disclosure " + disclosure.sequence());
      }
      if (next > from || from == 1) {
        same(
            "the statement does not follow the one before it",
            previous.map(Digest::hex).orElse("no predecessor"),
            disclosure.previous().map(Digest::hex).orElse("no predecessor"));
      }
      previous = Optional.of(proof.commitment());
      lastLeaf = proof.leafIndex().value();
      next++;
    }

    private static void same(String reason, String want, String got) {
      if (!want.equals(got)) {
        throw no(reason, want, got);
      }
    }

    private static StepFailure no(String reason, String want, String got) {
      return StepFailure.not(Step.ACCOUNTING, reason, want, got);
    }
  }
}
