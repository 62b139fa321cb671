package org.fhiranchor.ledger.anchoring;

import java.util.Optional;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.SignedTransaction;

/** From a plan to a transaction that the ledger has. */
final class Sending {
  private final AnchorLedger ledger;
  private final AnchoringSettings settings;
  private final Changes changes;

  Sending(AnchorLedger ledger, AnchoringSettings settings, Changes changes) {
    this.ledger = ledger;
    this.settings = settings;
    this.changes = changes;
  }

  Optional<StepOutcome> sign(AnchorTransaction anchor) {
    if (!changes.fitsLedger(anchor)) {
      return changes.supersede(anchor);
    }
    SignedTransaction signed = ledger.sign(anchor.call(), ledger.nextNonce(), ledger.fees());
    // If we die before this is stored, nobody has the bytes and the plan is signed again.
    return changes.store(anchor.signed(signed, changes.now()));
  }

  Optional<StepOutcome> send(AnchorTransaction anchor) {
    try {
      // If we die after this, SIGNED is found at restart and the same bytes are sent again.
      ledger.send(anchor.latestAttempt());
      return changes.store(anchor.sent(changes.now()));
    } catch (LedgerRejectedException refused) {
      return refused(anchor, refused);
    }
  }

  private Optional<StepOutcome> refused(AnchorTransaction anchor, LedgerRejectedException refused) {
    return switch (refused.reason()) {
      // Mined already, maybe by our own earlier sending: following tells.
      case NONCE_TOO_LOW -> changes.store(anchor.sent(changes.now()));
      case UNDERPRICED, FEE_OUT_OF_RANGE -> raise(anchor, refused);
      case REVERTED, INSUFFICIENT_FUNDS, INVALID -> throw refused;
    };
  }

  private Optional<StepOutcome> raise(AnchorTransaction anchor, LedgerRejectedException refused) {
    Optional<SignedTransaction> dearer = dearer(anchor);
    if (dearer.isEmpty()) {
      throw refused;
    }
    return changes.store(anchor.signed(dearer.get(), changes.now()));
  }

  /** The same call at the same nonce for at least ten percent more; empty when not affordable. */
  Optional<SignedTransaction> dearer(AnchorTransaction anchor) {
    SignedTransaction last = anchor.latestAttempt();
    Fees fees = last.fees().replacement(ledger.fees());
    boolean possible =
        fees.within(settings.maxFeePerGas())
            && anchor.attempts().size() < AnchorTransaction.MAX_ATTEMPTS;
    return possible
        ? Optional.of(ledger.sign(anchor.call(), last.nonce(), fees))
        : Optional.empty();
  }
}
