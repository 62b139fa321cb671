package org.fhiranchor.ledger.anchoring;

import java.time.Duration;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.SignedTransaction;

/** From a transaction that the ledger has to one that it keeps for good. */
final class Following {
  private final AnchorLedger ledger;
  private final AnchoringSettings settings;
  private final Changes changes;
  private final Sending sending;

  Following(AnchorLedger ledger, AnchoringSettings settings, Changes changes) {
    this.ledger = ledger;
    this.settings = settings;
    this.changes = changes;
    this.sending = new Sending(ledger, settings, changes);
  }

  Optional<StepOutcome> sent(AnchorTransaction anchor) {
    // Both are asked before looking for the receipt: what moved them was mined when we look.
    long ledgerSize = changes.ledgerSize(anchor);
    long minedNonce = ledger.minedNonce();
    Optional<Changes.Found> found = changes.find(anchor);
    if (found.isPresent()) {
      return found(anchor, found.get());
    }
    long start = anchor.call().previousSize().value();
    // Below the start the ledger fell back; as a node can lag, that is believed after a while only.
    if (ledgerSize > start || (ledgerSize < start && isOverdue(anchor))) {
      return changes.supersede(anchor);
    }
    if (minedNonce > anchor.latestAttempt().nonce()) {
      return changes.store(anchor.replanned(changes.now()));
    }
    return isOverdue(anchor) ? overdue(anchor) : again(anchor);
  }

  private Optional<StepOutcome> found(AnchorTransaction anchor, Changes.Found found) {
    if (found.inclusion().succeeded()) {
      return changes.store(anchor.mined(found.mined(), changes.now()));
    }
    return changes.fitsLedger(anchor)
        ? changes.store(anchor.replanned(changes.now()))
        : changes.supersede(anchor);
  }

  private Duration waited(AnchorTransaction anchor) {
    return Duration.between(anchor.changed(), changes.now());
  }

  private boolean isOverdue(AnchorTransaction anchor) {
    return waited(anchor).compareTo(settings.stuckAfter()) >= 0;
  }

  /** Nodes forget what waits when they restart: hand it in again, which changes nothing else. */
  private Optional<StepOutcome> again(AnchorTransaction anchor) {
    resend(anchor);
    return Optional.of(new StepOutcome.Waiting(anchor));
  }

  private void resend(AnchorTransaction anchor) {
    try {
      ledger.send(anchor.latestAttempt());
    } catch (LedgerRejectedException refused) {
      boolean harmless =
          refused.reason() == Reason.NONCE_TOO_LOW || refused.reason() == Reason.UNDERPRICED;
      if (!harmless) {
        throw refused;
      }
    }
  }

  private Optional<StepOutcome> overdue(AnchorTransaction anchor) {
    if (ledger.nextNonce() < anchor.latestAttempt().nonce()) {
      // Transactions before it are gone for good, and it would wait for them for ever.
      return changes.store(anchor.replanned(changes.now()));
    }
    Optional<SignedTransaction> dearer = sending.dearer(anchor);
    if (dearer.isPresent()) {
      return changes.store(anchor.signed(dearer.get(), changes.now()));
    }
    resend(anchor);
    return Optional.of(new StepOutcome.Stuck(anchor, waited(anchor)));
  }

  Optional<StepOutcome> mined(AnchorTransaction anchor) {
    MinedAnchor known = anchor.mined().orElseThrow();
    Optional<Changes.Found> found = changes.find(anchor);
    if (found.isEmpty()) {
      // Its block was dropped: the same bytes may be mined again.
      return changes.store(anchor.sent(changes.now()));
    }
    if (!found.get().inclusion().succeeded()) {
      return found(anchor, found.get());
    }
    if (!found.get().mined().equals(known)) {
      return changes.store(anchor.mined(found.get().mined(), changes.now()));
    }
    return settings.finality().holds(ledger, known.block())
        ? finish(anchor, known)
        : Optional.of(new StepOutcome.Waiting(anchor));
  }

  private Optional<StepOutcome> finish(AnchorTransaction anchor, MinedAnchor known) {
    AnchorTransaction next = anchor.finished(ledger.evidence(known.transaction()), changes.now());
    return changes.finish(next, new StepOutcome.Anchored(next));
  }
}
