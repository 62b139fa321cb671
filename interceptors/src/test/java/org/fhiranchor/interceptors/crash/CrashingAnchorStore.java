package org.fhiranchor.interceptors.crash;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.anchoring.AnchorTransaction;
import org.fhiranchor.ledger.anchoring.AnchorTransactionStore;
import org.fhiranchor.merkle.TreeSize;

/** Stands still once a state is stored, before anything follows from it. */
record CrashingAnchorStore(AnchorTransactionStore store, Path data)
    implements AnchorTransactionStore {
  @Override
  public Optional<AnchorTransaction> unfinished(LogId logId) {
    return store.unfinished(logId);
  }

  @Override
  public Optional<AnchorTransaction> lastFinal(LogId logId) {
    return store.lastFinal(logId);
  }

  @Override
  public Optional<AnchorTransaction> finalUpTo(LogId logId, TreeSize size) {
    return store.finalUpTo(logId, size);
  }

  @Override
  public Optional<AnchorTransaction> unevidenced(LogId logId, long after) {
    return store.unevidenced(logId, after);
  }

  @Override
  public boolean finish(AnchorTransaction last, TreeSize extended) {
    return store.finish(last, extended);
  }

  @Override
  public Optional<AnchorTransaction> plan(AnchorCall call, Instant now) {
    return store.plan(call, now);
  }

  @Override
  public boolean replace(AnchorTransaction next) {
    boolean replaced = store.replace(next);
    switch (next.state()) {
      case MINED -> CrashPoint.MINED.pass(data);
      case PLANNED, FINAL, SUPERSEDED -> {}
    }
    return replaced;
  }
}
