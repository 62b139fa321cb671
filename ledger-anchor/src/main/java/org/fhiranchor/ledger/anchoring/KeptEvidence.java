package org.fhiranchor.ledger.anchoring;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorEvidence;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;

/**
 * Header and receipt of final anchors, kept because nodes prune them (TX-4). No anchor waits for
 * them: what a node does not have when an anchor becomes final is asked for again, one anchor a
 * step.
 */
final class KeptEvidence {
  /** Time between two rounds through the anchors that have none. */
  static final Duration ROUND = Duration.ofMinutes(1);

  private final AnchorLedger ledger;
  private final AnchorTransactionStore store;
  private final Clock clock;
  private Instant due = Instant.EPOCH;
  private long after = -1;

  KeptEvidence(AnchorLedger ledger, AnchorTransactionStore store, Clock clock) {
    this.ledger = ledger;
    this.store = store;
    this.clock = clock;
  }

  /** Empty when the node does not have it, or does not answer. */
  Optional<AnchorEvidence> of(MinedAnchor where) {
    try {
      return ledger.evidence(where.transaction(), where.block());
    } catch (LedgerUnavailableException | LedgerRejectedException away) {
      return Optional.empty();
    }
  }

  /** Asks for the next one that is missing. */
  synchronized void complete(LogId logId) {
    if (clock.instant().isBefore(due)) {
      return;
    }
    Optional<AnchorTransaction> next = store.unevidenced(logId, after);
    if (next.isEmpty()) {
      due = clock.instant().plus(ROUND);
      after = -1;
      return;
    }
    after = next.get().id();
    next.get()
        .mined()
        .flatMap(this::of)
        .ifPresent(found -> store.replace(next.get().completed(found)));
  }
}
