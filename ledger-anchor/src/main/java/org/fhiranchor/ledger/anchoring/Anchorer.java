package org.fhiranchor.ledger.anchoring;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.sending.CallQueue;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/**
 * Decides what to anchor and follows it until it is final (LOG.md section 7). Keeps nothing in
 * memory but its doubts: whoever calls {@link #step()} next, here or on another node, goes on from
 * the store.
 *
 * <p>Threads: any number; of several that step at once one gets ahead.
 */
public final class Anchorer {
  /** PLANNED, MINED, FINAL, and once back for a reorganisation. */
  private static final int MAX_CHANGES = 8;

  private final LogId logId;
  private final LogComparison comparison;
  private final Belief belief;
  private final KeptEvidence evidence;
  private final Checkpoints checkpoints;
  private final AnchorTransactionStore store;
  private final Following following;
  private final Clock clock;

  /** Asks nothing yet. */
  public Anchorer(
      LogId logId,
      AnchorLedger ledger,
      Checkpoints checkpoints,
      AnchorTransactionStore store,
      CallQueue queue,
      AnchoringSettings settings,
      Clock clock) {
    this.logId = logId;
    this.comparison = new LogComparison(logId, ledger, checkpoints, store);
    this.belief = new Belief(logId, ledger, store, clock);
    this.evidence = new KeptEvidence(ledger, store, clock);
    this.checkpoints = checkpoints;
    this.store = store;
    this.following = new Following(ledger, queue, settings, new Changes(store, clock), evidence);
    this.clock = clock;
  }

  /**
   * How the log and the ledger stand to each other, by one look.
   *
   * @throws LedgerUnavailableException when the ledger does not answer
   */
  public LogStanding standing() {
    return comparison.look().standing();
  }

  /**
   * What lets nothing go on, where it is believed; asked at start.
   *
   * @throws LedgerUnavailableException when the ledger does not answer
   */
  public Optional<LogStanding> contradiction() {
    LogComparison.Look look = comparison.look();
    return look.standing().isFatal() && belief.holds(look)
        ? Optional.of(look.standing())
        : Optional.empty();
  }

  /**
   * Advances the log's anchor as far as it goes without waiting, or plans one. To be called again
   * and again; ends within a bounded number of ledger requests.
   */
  public StepOutcome step() {
    try {
      for (int change = 0; change < MAX_CHANGES; change++) {
        Optional<StepOutcome> outcome = advance();
        if (outcome.isPresent()) {
          return outcome.get();
        }
      }
      return store
          .unfinished(logId)
          .<StepOutcome>map(StepOutcome.Waiting::new)
          .orElseGet(StepOutcome.Overtaken::new);
    } catch (LedgerUnavailableException away) {
      return new StepOutcome.Away(String.valueOf(away.getMessage()));
    } catch (LedgerRejectedException refused) {
      return new StepOutcome.Refused(refused.reason(), String.valueOf(refused.getMessage()));
    }
  }

  /** Makes one change (empty), or says why there is none to make now. */
  private Optional<StepOutcome> advance() {
    Optional<AnchorTransaction> open = store.unfinished(logId);
    if (open.isEmpty()) {
      return plan();
    }
    AnchorTransaction anchor = open.get();
    return switch (anchor.state()) {
      case PLANNED -> following.planned(anchor);
      case MINED -> following.mined(anchor);
      case FINAL, SUPERSEDED ->
          throw new IllegalStateException("the store calls a finished anchor unfinished");
    };
  }

  private Optional<StepOutcome> plan() {
    evidence.complete(logId);
    LogComparison.Look look = comparison.look();
    LogStanding standing = look.standing();
    if (!belief.holds(look)) {
      return Optional.of(new StepOutcome.Doubted(standing));
    }
    if (standing.isFatal()) {
      return Optional.of(new StepOutcome.Halted(standing));
    }
    Optional<AnchorCall> unproven = look.head().flatMap(this::unproven);
    if (unproven.isPresent()) {
      return plan(unproven.get());
    }
    if (standing instanceof LogStanding.LogAhead || standing instanceof LogStanding.LedgerLost) {
      return checkpoints
          .toAnchor()
          .filter(head -> head.size().value() > standing.onLedger().value())
          .map(head -> plan(call(standing.onLedger(), head.size())))
          .orElseGet(() -> Optional.of(new StepOutcome.Overtaken()));
    }
    return Optional.of(new StepOutcome.Idle(standing));
  }

  /**
   * What the ledger has and our table does not have as final in that block, however that came: it
   * is looked up like an anchor of ours, so that no proof stays without it (TX-10).
   */
  private Optional<AnchorCall> unproven(LedgerHead head) {
    TreeSize there = head.size();
    return store
            .finalUpTo(logId, there)
            .filter(known -> comparison.isPlaced(known, head))
            .isPresent()
        ? Optional.empty()
        : Optional.of(call(before(there), there));
  }

  private TreeSize before(TreeSize size) {
    return store
        .finalUpTo(logId, new TreeSize(size.value() - 1))
        .map(anchor -> anchor.call().size())
        .orElse(TreeSize.ZERO);
  }

  private AnchorCall call(TreeSize from, TreeSize to) {
    List<Digest> proof = from.value() == 0 ? List.of() : checkpoints.consistency(from, to);
    return new AnchorCall(logId, from, to, checkpoints.rootAt(to), proof);
  }

  private Optional<StepOutcome> plan(AnchorCall call) {
    return store.plan(call, clock.instant()).isPresent()
        ? Optional.empty()
        : Optional.of(new StepOutcome.Overtaken());
  }
}
