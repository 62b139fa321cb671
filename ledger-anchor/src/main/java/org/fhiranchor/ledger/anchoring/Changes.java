package org.fhiranchor.ledger.anchoring;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

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

  /** Stores the end of an anchor and reports it. */
  Optional<StepOutcome> finish(AnchorTransaction next, StepOutcome outcome) {
    return Optional.of(store.replace(next) ? outcome : new StepOutcome.Overtaken());
  }

  Optional<StepOutcome> supersede(AnchorTransaction anchor) {
    AnchorTransaction next = anchor.superseded(now());
    return finish(next, new StepOutcome.Superseded(next));
  }
}
