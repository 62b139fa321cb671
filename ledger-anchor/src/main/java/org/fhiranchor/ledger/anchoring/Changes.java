package org.fhiranchor.ledger.anchoring;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.merkle.TreeSize;

/** Makes an anchor's changes durable. */
final class Changes {
  private final AnchorTransactionStore store;
  private final Clock clock;

  Changes(AnchorTransactionStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  Instant now() {
    return clock.instant();
  }

  /** Empty when stored: go on. */
  Optional<StepOutcome> store(AnchorTransaction next) {
    return store.replace(next) ? Optional.empty() : Optional.of(new StepOutcome.Overtaken());
  }

  /** Stores a final anchor and reports it. */
  Optional<StepOutcome> finish(AnchorTransaction last, TreeSize extended) {
    return ended(store.finish(last, extended), new StepOutcome.Anchored(last));
  }

  private static Optional<StepOutcome> ended(boolean stored, StepOutcome outcome) {
    return Optional.of(stored ? outcome : new StepOutcome.Overtaken());
  }

  /** Whether this very anchor is final already, so that the plan is one too many. */
  boolean isFinal(AnchorCall call, MinedAnchor where) {
    return store
        .finalUpTo(call.logId(), call.size())
        .filter(known -> known.call().size().equals(call.size()))
        .flatMap(AnchorTransaction::mined)
        .filter(where::equals)
        .isPresent();
  }

  Optional<StepOutcome> supersede(AnchorTransaction anchor) {
    AnchorTransaction next = anchor.superseded(now());
    return ended(store.replace(next), new StepOutcome.Superseded(next));
  }
}
