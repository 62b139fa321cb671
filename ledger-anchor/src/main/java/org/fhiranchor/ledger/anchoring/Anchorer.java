package org.fhiranchor.ledger.anchoring;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.TreeSize;

/**
 * Decides what to anchor and follows it until it is final (LOG.md section 7). Keeps nothing in
 * memory: whoever calls {@link #step()} next, here or on another node, goes on from the store.
 *
 * <p>Threads: any number; of several that step at once one gets ahead.
 */
public final class Anchorer {
  /** PLANNED, SIGNED, SENT, MINED, FINAL, and once back for a reorganisation. */
  private static final int MAX_CHANGES = 8;

  private final LogId logId;
  private final LogComparison comparison;
  private final Checkpoints checkpoints;
  private final AnchorTransactionStore store;
  private final Sending sending;
  private final Following following;
  private final Clock clock;

  /** Asks nothing yet. */
  public Anchorer(
      LogId logId,
      AnchorLedger ledger,
      Checkpoints checkpoints,
      AnchorTransactionStore store,
      AnchoringSettings settings,
      Clock clock) {
    this.logId = logId;
    this.comparison = new LogComparison(logId, ledger, checkpoints, store);
    this.checkpoints = checkpoints;
    this.store = store;
    Changes changes = new Changes(store, ledger, clock);
    this.sending = new Sending(ledger, settings, changes);
    this.following = new Following(ledger, settings, changes);
    this.clock = clock;
  }

  /**
   * How the log and the ledger stand to each other; asked at start.
   *
   * @throws LedgerUnavailableException when the ledger does not answer
   */
  public LogStanding standing() {
    return comparison.now();
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
      case PLANNED -> sending.sign(anchor);
      case SIGNED -> sending.send(anchor);
      case SENT -> following.sent(anchor);
      case MINED -> following.mined(anchor);
      case FINAL, SUPERSEDED ->
          throw new IllegalStateException("the store calls a finished anchor unfinished");
    };
  }

  private Optional<StepOutcome> plan() {
    LogStanding standing = comparison.now();
    if (standing.isFatal()) {
      return Optional.of(new StepOutcome.Halted(standing));
    }
    if (standing instanceof LogStanding.LogAhead ahead) {
      return plan(ahead.ledger());
    }
    if (standing instanceof LogStanding.LedgerLost lost) {
      return plan(lost.ledger());
    }
    return Optional.of(new StepOutcome.Idle(standing));
  }

  private Optional<StepOutcome> plan(TreeSize from) {
    Checkpoint latest = checkpoints.latest().orElseThrow();
    List<Digest> proof =
        from.value() == 0 ? List.of() : checkpoints.consistency(from, latest.size());
    AnchorCall call = new AnchorCall(logId, from, latest.size(), latest.root(), proof);
    return store.plan(call, clock.instant()).isPresent()
        ? Optional.empty()
        : Optional.of(new StepOutcome.Overtaken());
  }
}
