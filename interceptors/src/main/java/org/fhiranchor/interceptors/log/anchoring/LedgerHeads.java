package org.fhiranchor.interceptors.log.anchoring;

import java.util.Optional;
import org.fhiranchor.interceptors.log.serving.LedgerEvidence;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.anchoring.Checkpoints;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.ProofCheck;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.ProofResult;
import org.fhiranchor.merkle.TreeSize;

/**
 * The ledger's head as evidence. A head past the proof's anchor is tied to it by a consistency
 * proof from our own tiles, which is checked here like anybody else's.
 */
public record LedgerHeads(AnchorLedger ledger, LogId logId, Checkpoints checkpoints)
    implements LedgerEvidence {
  @Override
  public HeadEvidence of(ProofFile proof) {
    try {
      return ledger
          .head(logId)
          .<HeadEvidence>map(head -> onLedger(head, proof))
          .orElseGet(() -> new HeadEvidence.Unavailable("the ledger has no head of this log yet"));
    } catch (LedgerUnavailableException | LedgerRejectedException e) {
      return new HeadEvidence.Unavailable("the ledger does not answer");
    }
  }

  private HeadEvidence onLedger(LedgerHead head, ProofFile proof) {
    return new HeadEvidence.OnLedger(
        head.size(), head.root(), proof.anchor().flatMap(anchor -> extended(anchor, head)));
  }

  private Optional<Digest> extended(Anchor anchor, LedgerHead head) {
    TreeSize from = anchor.size();
    if (from.value() < 1 || from.value() >= head.size().value()) {
      return Optional.empty();
    }
    ProofResult result =
        ProofCheck.consistency(
            from,
            anchor.root(),
            head.size(),
            head.root(),
            checkpoints.consistency(from, head.size()));
    return result instanceof ProofResult.Valid ? Optional.of(anchor.root()) : Optional.empty();
  }
}
