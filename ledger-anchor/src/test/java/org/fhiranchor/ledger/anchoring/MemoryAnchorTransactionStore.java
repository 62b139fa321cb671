package org.fhiranchor.ledger.anchoring;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.merkle.TreeSize;

/** Keeps every version of every anchor, so that a test can read the whole story. */
final class MemoryAnchorTransactionStore implements AnchorTransactionStore {
  private final List<AnchorTransaction> anchors = new ArrayList<>();
  private final List<AnchorTransaction> history = new ArrayList<>();
  private Faults faults = Faults.NONE;

  synchronized void failing(Faults next) {
    faults = next;
  }

  @Override
  public synchronized Optional<AnchorTransaction> unfinished(LogId logId) {
    return anchors.stream()
        .filter(anchor -> anchor.call().logId().equals(logId))
        .filter(anchor -> !anchor.state().isFinished())
        .findFirst();
  }

  @Override
  public synchronized Optional<AnchorTransaction> lastFinal(LogId logId) {
    return anchors.stream()
        .filter(anchor -> anchor.call().logId().equals(logId))
        .filter(anchor -> anchor.state() == AnchorState.FINAL)
        .max(Comparator.comparingLong(anchor -> anchor.call().size().value()));
  }

  @Override
  public synchronized Optional<AnchorTransaction> finalUpTo(LogId logId, TreeSize size) {
    return anchors.stream()
        .filter(anchor -> anchor.call().logId().equals(logId))
        .filter(anchor -> anchor.state() == AnchorState.FINAL)
        .filter(anchor -> anchor.call().size().value() <= size.value())
        .max(Comparator.comparingLong(anchor -> anchor.call().size().value()));
  }

  @Override
  public synchronized Optional<AnchorTransaction> unevidenced(LogId logId, long after) {
    return anchors.stream()
        .filter(anchor -> anchor.call().logId().equals(logId) && anchor.id() > after)
        .filter(anchor -> anchor.state() == AnchorState.FINAL && anchor.evidence().isEmpty())
        .findFirst();
  }

  @Override
  public synchronized Optional<AnchorTransaction> plan(AnchorCall call, Instant now) {
    return faults.around(() -> add(call, now));
  }

  private Optional<AnchorTransaction> add(AnchorCall call, Instant now) {
    if (unfinished(call.logId()).isPresent()) {
      return Optional.empty();
    }
    AnchorTransaction planned = AnchorTransaction.planned(anchors.size(), call, now);
    anchors.add(planned);
    history.add(planned);
    return Optional.of(planned);
  }

  @Override
  public synchronized boolean replace(AnchorTransaction next) {
    return faults.around(() -> set(next));
  }

  private boolean set(AnchorTransaction next) {
    int index = Math.toIntExact(next.id());
    if (anchors.get(index).version() != next.version() - 1) {
      return false;
    }
    anchors.set(index, next);
    history.add(next);
    return true;
  }

  @Override
  public synchronized boolean finish(AnchorTransaction last, TreeSize extended) {
    return faults.around(
        () -> {
          boolean stored = set(last);
          if (stored) {
            takeBackWhatIsLost(last, extended);
          }
          return stored;
        });
  }

  private void takeBackWhatIsLost(AnchorTransaction last, TreeSize extended) {
    for (AnchorTransaction anchor : anchors.subList(0, Math.toIntExact(last.id()))) {
      if (anchor.state() == AnchorState.FINAL
          && anchor.call().logId().equals(last.call().logId())
          && anchor.call().size().value() > extended.value()) {
        set(anchor.superseded(last.changed()));
      }
    }
  }

  /** The states that every anchor went through, in the order of the changes. */
  synchronized List<AnchorState> states() {
    return history.stream().map(AnchorTransaction::state).toList();
  }

  synchronized List<AnchorTransaction> all() {
    return List.copyOf(anchors);
  }
}
