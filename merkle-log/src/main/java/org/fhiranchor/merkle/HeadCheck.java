package org.fhiranchor.merkle;

import java.util.Optional;

/** The last step: is what the proof leads to the head that everyone else sees? */
final class HeadCheck {
  private static final String PENDING =
      "an anchor: this proof was made before its checkpoint was on the ledger; ask for it again";

  private HeadCheck() {}

  /** What was found, in words. */
  static String check(ProofFile proof, HeadEvidence head) {
    return check(new ExportOrigin(proof.checkpoint(), proof.anchor()), head);
  }

  /** The same of a signed head by itself. */
  static String check(ExportOrigin proof, HeadEvidence head) {
    if (head instanceof HeadEvidence.Pinned pinned) {
      return pinned(proof, pinned);
    }
    if (head instanceof HeadEvidence.OnLedger ledger) {
      return onLedger(proof, ledger);
    }
    if (head instanceof HeadEvidence.Contradicted no) {
      throw StepFailure.not(Step.LEDGER_HEAD, no.reason(), no.want(), no.got());
    }
    String reason = head instanceof HeadEvidence.Unavailable none ? none.reason() : "no evidence";
    throw StepFailure.undecided(
        Step.LEDGER_HEAD, proof.anchor().isPresent() ? "the ledger's head: " + reason : PENDING);
  }

  private static String pinned(ExportOrigin proof, HeadEvidence.Pinned pinned) {
    Checkpoint checkpoint = proof.checkpoint().checkpoint();
    if (pinned.size().equals(checkpoint.size())) {
      return same("the pinned head", pinned.root(), checkpoint.root(), pinned.size());
    }
    Optional<Anchor> anchor = proof.anchor();
    if (anchor.isPresent() && pinned.size().equals(anchor.get().size())) {
      return same("the pinned head", pinned.root(), anchor.get().root(), pinned.size());
    }
    throw StepFailure.undecided(
        Step.LEDGER_HEAD,
        "a consistency proof between the pinned size "
            + pinned.size()
            + " and the checkpoint's size "
            + checkpoint.size());
  }

  private static String onLedger(ExportOrigin proof, HeadEvidence.OnLedger ledger) {
    Checkpoint checkpoint = proof.checkpoint().checkpoint();
    if (proof.anchor().isEmpty()) {
      if (ledger.size().equals(checkpoint.size())) {
        return same("the ledger's head", ledger.root(), checkpoint.root(), ledger.size());
      }
      throw StepFailure.undecided(Step.LEDGER_HEAD, PENDING);
    }
    Anchor anchor = proof.anchor().get();
    if (ledger.size().value() < anchor.size().value()) {
      throw StepFailure.not(
          Step.LEDGER_HEAD,
          "the ledger's head is behind the anchor that the proof names",
          "a head of " + anchor.size() + " leaves or more",
          "a head of " + ledger.size() + " leaves");
    }
    if (ledger.size().equals(anchor.size())) {
      return same("the ledger's head", ledger.root(), anchor.root(), anchor.size());
    }
    Digest recorded =
        ledger
            .anchored()
            .orElseThrow(
                () ->
                    StepFailure.not(
                        Step.LEDGER_HEAD,
                        "the ledger never had a head of this size",
                        "an anchor of " + anchor.size() + " leaves",
                        "none, and a head of " + ledger.size() + " leaves"));
    return same("an earlier head on the ledger", recorded, anchor.root(), anchor.size())
        + ", extended since to "
        + ledger.size();
  }

  private static String same(String what, Digest want, Digest got, TreeSize size) {
    if (!want.equals(got)) {
      throw StepFailure.not(
          Step.LEDGER_HEAD,
          what + " of " + size + " leaves has another root",
          want.hex(),
          got.hex());
    }
    return what + " of " + size + " leaves";
  }
}
