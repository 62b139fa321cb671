package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Checks the answer to an erasure (ERA-1): the log's key signed the certificate, each proof holds
 * by itself and is of a leaf of an erasure, and together these leaves name exactly what the
 * certificate says, and are the ones that it says. Never throws on what it is given.
 */
public final class ErasureVerification {
  /** Largest answer, in bytes. */
  public static final int MAX_BYTES = 8 << 20;

  private static final int MAX_DEPTH = 8;
  private static final int MAX_PARAMETERS = 100_000;

  private ErasureVerification() {}

  /**
   * Verifies the answer.
   *
   * @param answer FHIR's Parameters, with {@code certificate} and each {@code proof}
   * @param head what is known about the log's head for a proof
   */
  public static Verdict verify(
      byte[] answer, LogVerifierKey key, Function<ProofFile, HeadEvidence> head) {
    List<Verdict.Passed> passed = new ArrayList<>();
    try {
      List<String> notes = strings(answer, "certificate");
      if (notes.size() != 1) {
        throw new ProofFormatException("want one certificate, got " + notes.size());
      }
      ErasureCertificate certificate = ErasureCertificate.open(notes.get(0), key);
      passed.add(new Verdict.Passed(Step.CHECKPOINT_SIGNATURE, "the certificate, by " + key));
      check(certificate, leaves(strings(answer, "proof"), key, head), passed);
      return new Verdict.Verified(List.copyOf(passed));
    } catch (ProofFormatException | CanonicalFormException wrong) {
      return StepFailure.not(
              Step.PROOF_FILE,
              "not the answer to an erasure, under this key",
              key.name() + ErasureCertificate.SUFFIX,
              String.valueOf(wrong.getMessage()))
          .verdict(List.copyOf(passed));
    } catch (StepFailure failure) {
      return failure.verdict(List.copyOf(passed));
    }
  }

  private static List<String> strings(byte[] answer, String name) {
    JsonMembers in = JsonMembers.of(JsonValue.parse(answer, MAX_BYTES, MAX_DEPTH), "answer");
    List<String> found = new ArrayList<>();
    for (JsonValue parameter : in.list("parameter", MAX_PARAMETERS)) {
      JsonMembers members = JsonMembers.of(parameter, "parameter");
      if (members.string("name").equals(name)) {
        found.add(members.string("valueString"));
      }
    }
    return found;
  }

  private static List<ProofFile> leaves(
      List<String> proofs, LogVerifierKey key, Function<ProofFile, HeadEvidence> head) {
    List<ProofFile> leaves = new ArrayList<>();
    for (String text : proofs) {
      byte[] json = text.getBytes(UTF_8);
      ProofFile proof = ProofFile.parse(json);
      Verdict verdict = Verification.ofStatement(json, key, head.apply(proof));
      if (verdict instanceof Verdict.NotVerified no) {
        throw StepFailure.not(
            no.step(), "leaf " + proof.leafIndex() + ": " + no.reason(), no.want(), no.got());
      }
      if (verdict instanceof Verdict.Undecided undecided) {
        throw StepFailure.undecided(undecided.step(), undecided.missing());
      }
      leaves.add(proof);
    }
    return leaves;
  }

  private static void check(
      ErasureCertificate certificate, List<ProofFile> leaves, List<Verdict.Passed> passed) {
    LeafRanges erased = LeafRanges.NONE;
    LeafRanges contents = LeafRanges.NONE;
    for (ProofFile leaf : leaves) {
      if (!(leaf.statement() instanceof Statement.Erasure erasure)) {
        throw StepFailure.not(
            Step.ERASURE,
            "the statement is not about an erasure",
            "a statement of kind erasure",
            leaf.statement().chain());
      }
      erased = erased.and(erasure.leaves());
      contents = contents.and(erasure.contents());
    }
    LeafRanges by = LeafRanges.of(leaves.stream().map(leaf -> leaf.leafIndex().value()).toList());
    same("other leaves name it", certificate.namedBy(), by);
    same("other leaves were erased", certificate.leaves(), erased);
    same("other contents were erased", certificate.contents(), contents);
    passed.add(
        new Verdict.Passed(
            Step.ERASURE,
            "%d versions and %d events, %d contents of disclosures, named by leaf %s since %s"
                .formatted(
                    certificate.versions(),
                    certificate.events(),
                    contents.count(),
                    by,
                    certificate.recorded())));
  }

  private static void same(String reason, LeafRanges want, LeafRanges got) {
    if (!want.equals(got)) {
      throw StepFailure.not(Step.ERASURE, reason, want.toString(), got.toString());
    }
  }
}
