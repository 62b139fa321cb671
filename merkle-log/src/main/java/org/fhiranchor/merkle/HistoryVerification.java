package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checks all versions of one resource with their proofs (VER-3): each holds by itself, they are of
 * one resource, version numbers run from 1 without a gap, leaves grow, and each statement names the
 * commitment of the one before. Statements of erasures may stand beside them: they are counted and
 * fill no gap, for what is erased is erased with all its versions. A server may skip one number
 * where it brings a deleted resource back: only between a statement of a delete and one of a create
 * that names it as its predecessor (STM-6). Versions after the last one given cannot be missed
 * here: compare with the server's newest.
 */
public final class HistoryVerification {
  private HistoryVerification() {}

  /**
   * One version.
   *
   * @param resource its JSON text; empty for a deleted version and for a statement of an erasure
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Version(Optional<byte[]> resource, byte[] proofFile) {}

  /**
   * Verifies the versions, given in any order.
   *
   * @param head what is known about the log's head for a proof
   */
  public static Verdict verify(
      List<Version> versions, LogVerifierKey key, Function<ProofFile, HeadEvidence> head) {
    List<Verdict.Passed> passed = new ArrayList<>();
    List<ProofFile> proofs = new ArrayList<>();
    for (Version version : versions) {
      Verdict verdict = one(version, key, head);
      if (!(verdict instanceof Verdict.Verified)) {
        return verdict;
      }
      ProofFile proof = ProofFile.parse(version.proofFile());
      proofs.add(proof);
      passed.add(new Verdict.Passed(Step.LEDGER_HEAD, "leaf " + proof.leafIndex() + " verified"));
    }
    proofs.sort(Comparator.comparingLong(proof -> proof.leafIndex().value()));
    try {
      passed.add(new Verdict.Passed(Step.HISTORY, new Chain(proofs).check()));
      return new Verdict.Verified(List.copyOf(passed));
    } catch (StepFailure failure) {
      return failure.verdict(List.copyOf(passed));
    }
  }

  private static Verdict one(
      Version version, LogVerifierKey key, Function<ProofFile, HeadEvidence> head) {
    HeadEvidence evidence;
    try {
      evidence = head.apply(ProofFile.parse(version.proofFile()));
    } catch (ProofFormatException wrong) {
      evidence = new HeadEvidence.Unavailable("not a proof file");
    }
    byte[] proofFile = version.proofFile();
    HeadEvidence known = evidence;
    return version
        .resource()
        .map(resource -> Verification.ofResource(resource, proofFile, key, known))
        .orElseGet(() -> Verification.ofStatement(proofFile, key, known));
  }

  /** The statements of one resource in the order of their leaves. */
  private static final class Chain {
    private final List<ProofFile> proofs;
    private Optional<Digest> previous = Optional.empty();
    private long version;
    private boolean deleted;
    private long undeletes;
    private long lastLeaf = -1;

    Chain(List<ProofFile> proofs) {
      this.proofs = new ArrayList<>(proofs);
    }

    String check() {
      LeafRanges erased = takeErasures();
      if (proofs.isEmpty()) {
        throw no("nothing to verify", "version 1 and those after it", "no version");
      }
      String chain = proofs.get(0).statement().chain();
      for (ProofFile proof : proofs) {
        same("not all are of one resource", chain, proof.statement().chain());
      }
      proofs.forEach(this::next);
      String skipped = undeletes == 0 ? "" : ", one number skipped at each of " + undeletes;
      return chain
          + ", versions 1 to "
          + version
          + " in order"
          + skipped
          + (undeletes == 0 ? "" : " undeletes")
          + inWords(erased);
    }

    /** Those are of no resource: they say which leaves of the log cannot be opened any more. */
    private LeafRanges takeErasures() {
      LeafRanges erased = LeafRanges.NONE;
      for (ProofFile proof : List.copyOf(proofs)) {
        if (proof.statement() instanceof Statement.Erasure erasure) {
          erased = erased.and(erasure.leaves());
          proofs.remove(proof);
        }
      }
      return erased;
    }

    private String inWords(LeafRanges erased) {
      long of = proofs.stream().filter(one -> erased.contains(one.leafIndex().value())).count();
      return erased.equals(LeafRanges.NONE)
          ? ""
          : "; the log has %d erased leaves, %d of them these".formatted(erased.count(), of);
    }

    private void next(ProofFile proof) {
      Statement statement = proof.statement();
      if (proof.leafIndex().value() <= lastLeaf) {
        throw no("two of one leaf", "a leaf after " + lastLeaf, "leaf " + proof.leafIndex());
      }
      if (!(statement instanceof Statement.ResourceVersion resourceVersion)) {
        throw no("not a resource's history", "resource versions", statement.chain());
      }
      advance(number(resourceVersion.version()), resourceVersion.operation());
      deleted = resourceVersion.operation() == Operation.DELETE;
      same(
          "the statement does not follow the one before it",
          previous.map(Digest::hex).orElse("no predecessor"),
          statement.previous().map(Digest::hex).orElse("no predecessor"));
      previous = Optional.of(proof.commitment());
      lastLeaf = proof.leafIndex().value();
    }

    private void advance(long to, Operation operation) {
      boolean undelete = deleted && operation == Operation.CREATE && to == version + 2;
      undeletes += undelete ? 1 : 0;
      if (to != version + 1 && !undelete) {
        throw no(
            "a version is missing or out of order", "version " + (version + 1), "version " + to);
      }
      version = to;
    }

    private static long number(String version) {
      if (!version.matches("[1-9][0-9]{0,17}")) {
        throw no("versions are not numbered", "a number from 1", version);
      }
      return Long.parseLong(version);
    }

    private static void same(String reason, String want, String got) {
      if (!want.equals(got)) {
        throw no(reason, want, got);
      }
    }

    private static StepFailure no(String reason, String want, String got) {
      return StepFailure.not(Step.HISTORY, reason, want, got);
    }
  }
}
