package org.fhiranchor.ledger.anchoring;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.Inclusion;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.TransactionHash;

/** Makes an anchor's changes durable, and looks up what several of them depend on. */
final class Changes {
  private final AnchorTransactionStore store;
  private final AnchorLedger ledger;
  private final Clock clock;

  Changes(AnchorTransactionStore store, AnchorLedger ledger, Clock clock) {
    this.store = store;
    this.ledger = ledger;
    this.clock = clock;
  }

  /** An attempt that is on the chain now. */
  record Found(TransactionHash transaction, Inclusion inclusion) {
    MinedAnchor mined() {
      return new MinedAnchor(transaction, inclusion.block());
    }
  }

  Instant now() {
    return clock.instant();
  }

  /** Empty when stored: go on. */
  Optional<StepOutcome> store(AnchorTransaction next) {
    return store.replace(next) ? Optional.empty() : Optional.of(new StepOutcome.Overtaken());
  }

  /** Stores the end of an anchor and reports it. */
  Optional<StepOutcome> finish(AnchorTransaction next, StepOutcome outcome) {
    return Optional.of(store.replace(next) ? outcome : new StepOutcome.Overtaken());
  }

  Optional<StepOutcome> supersede(AnchorTransaction anchor) {
    AnchorTransaction next = anchor.superseded(now());
    return finish(next, new StepOutcome.Superseded(next));
  }

  /** Whichever attempt is on the chain: a replaced one may have been faster than its successor. */
  Optional<Found> find(AnchorTransaction anchor) {
    List<SignedTransaction> attempts = anchor.attempts();
    for (int i = attempts.size() - 1; i >= 0; i--) {
      TransactionHash hash = attempts.get(i).hash();
      Optional<Inclusion> inclusion = ledger.inclusion(hash);
      if (inclusion.isPresent()) {
        return Optional.of(new Found(hash, inclusion.get()));
      }
    }
    return Optional.empty();
  }

  long ledgerSize(AnchorTransaction anchor) {
    return ledger.head(anchor.call().logId()).map(LedgerHead::size).map(s -> s.value()).orElse(0L);
  }

  /** Whether the ledger's head is where this anchor starts from. */
  boolean fitsLedger(AnchorTransaction anchor) {
    return ledgerSize(anchor) == anchor.call().previousSize().value();
  }
}
