package org.fhiranchor.ledger.anchoring;

import java.time.Duration;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.AnchoredEvent;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.sending.CallQueue;
import org.fhiranchor.ledger.sending.QueuedCall;

/**
 * From a plan to a head that the ledger keeps for good. What became of an anchor is read from the
 * ledger's own head and event at one block, never from a receipt: a node that has no receipt says
 * nothing by that (TX-10).
 */
final class Following {
  private final AnchorLedger ledger;
  private final CallQueue queue;
  private final AnchoringSettings settings;
  private final Changes changes;
  private final KeptEvidence evidence;

  Following(
      AnchorLedger ledger,
      CallQueue queue,
      AnchoringSettings settings,
      Changes changes,
      KeptEvidence evidence) {
    this.ledger = ledger;
    this.queue = queue;
    this.settings = settings;
    this.changes = changes;
    this.evidence = evidence;
  }

  Optional<StepOutcome> planned(AnchorTransaction anchor) {
    AnchorCall call = anchor.call();
    Optional<LedgerHead> head = pinnedHead(call);
    long there = size(head);
    if (there == call.size().value() && head.orElseThrow().root().equals(call.root())) {
      return onLedger(anchor, head.orElseThrow());
    }
    if (there == call.previousSize().value()) {
      return queued(anchor);
    }
    // Below the start the ledger fell back; as a node can lag, that is believed after a while only.
    return there < call.previousSize().value() && !isOverdue(anchor)
        ? Optional.of(new StepOutcome.Waiting(anchor))
        : supersede(anchor);
  }

  /** The head at one block and no other. */
  private Optional<LedgerHead> pinnedHead(AnchorCall call) {
    Block latest = ledger.latest();
    return ledger.headAt(call.logId(), latest.ref());
  }

  private static long size(Optional<LedgerHead> head) {
    return head.map(there -> there.size().value()).orElse(0L);
  }

  private Optional<StepOutcome> onLedger(AnchorTransaction anchor, LedgerHead head) {
    AnchorCall call = anchor.call();
    Optional<MinedAnchor> where = event(call, head.blockNumber()).map(Following::place);
    if (where.isEmpty()) {
      // Without its event we know that it is anchored and not where: the node is asked again.
      return waiting(anchor);
    }
    return changes.isFinal(call, where.get())
        ? supersede(anchor)
        : changes.store(anchor.mined(where.get(), changes.now()));
  }

  private Optional<AnchoredEvent> event(AnchorCall call, long block) {
    return ledger
        .anchored(call.logId(), call.size(), block)
        .filter(found -> found.root().equals(call.root()));
  }

  private static MinedAnchor place(AnchoredEvent event) {
    return new MinedAnchor(event.transaction(), event.block());
  }

  /** If we die after this, the call is in the queue, and adding it again changes nothing. */
  private Optional<StepOutcome> queued(AnchorTransaction anchor) {
    boolean onItsWay =
        queue
            .newest(anchor.call().subject())
            .filter(call -> !call.state().isFinished())
            .isPresent();
    if (!onItsWay) {
      queue.add(ledger.call(anchor.call()), changes.now());
    }
    return waiting(anchor);
  }

  private Optional<StepOutcome> waiting(AnchorTransaction anchor) {
    return Optional.of(
        isOverdue(anchor)
            ? new StepOutcome.Stuck(anchor, waited(anchor))
            : new StepOutcome.Waiting(anchor));
  }

  private Optional<StepOutcome> supersede(AnchorTransaction anchor) {
    queue
        .newest(anchor.call().subject())
        .filter(QueuedCall::isWaiting)
        .ifPresent(call -> queue.replace(call.withdrawn(changes.now())));
    return changes.supersede(anchor);
  }

  private Duration waited(AnchorTransaction anchor) {
    return Duration.between(anchor.changed(), changes.now());
  }

  private boolean isOverdue(AnchorTransaction anchor) {
    return waited(anchor).compareTo(settings.stuckAfter()) >= 0;
  }

  Optional<StepOutcome> mined(AnchorTransaction anchor) {
    MinedAnchor known = anchor.mined().orElseThrow();
    Optional<Block> there = ledger.block(known.block().number());
    if (there.isEmpty()) {
      // A node that lags, or a chain that got shorter: only the second lasts.
      return isOverdue(anchor)
          ? changes.store(anchor.replanned(changes.now()))
          : Optional.of(new StepOutcome.Waiting(anchor));
    }
    if (!there.get().ref().equals(known.block())) {
      // Its block was dropped: the queue sends the same bytes again.
      return changes.store(anchor.replanned(changes.now()));
    }
    boolean isFinal =
        settings.finality().holds(ledger, known.block())
            && size(pinnedHead(anchor.call())) >= anchor.call().size().value();
    return isFinal ? finish(anchor, known) : Optional.of(new StepOutcome.Waiting(anchor));
  }

  private Optional<StepOutcome> finish(AnchorTransaction anchor, MinedAnchor known) {
    Optional<AnchoredEvent> event =
        event(anchor.call(), known.block().number()).filter(found -> place(found).equals(known));
    return event.isEmpty()
        ? waiting(anchor)
        : changes.finish(
            anchor.finished(evidence.of(known), changes.now()), event.get().previousSize());
  }
}
