package org.fhiranchor.ledger.sending;

import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.AccountLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.SignedTransaction;

/**
 * Sends what waits in one account's queue and follows it until the ledger has its effect (TX-7).
 * Keeps nothing that matters in memory: whoever calls {@link #step()} next, here or on another
 * node, goes on from the queue.
 *
 * <p>Threads: any number of senders may share a queue; one sender is for one thread.
 */
public final class AccountSender {
  private final AccountLedger account;
  private final CallQueue queue;
  private final SendingSettings settings;
  private final InstantSource clock;
  private final Settling settling;
  private final Gaps gaps;
  private final LostCalls lost;
  private final Raising raising;
  private Instant again = Instant.EPOCH;

  /** Asks nothing yet. */
  public AccountSender(
      AccountLedger account,
      CallQueue queue,
      LedgerEffects effects,
      SendingSettings settings,
      InstantSource clock) {
    this.account = account;
    this.queue = queue;
    this.settings = settings;
    this.clock = clock;
    this.settling = new Settling(account, queue, effects, settings, clock);
    this.gaps = new Gaps(account, queue, settings, clock);
    this.lost = new LostCalls(queue, effects, gaps, clock);
    this.raising = new Raising(account, queue, settings, clock);
  }

  /**
   * Advances every call as far as it goes without waiting. To be called again and again; while the
   * queue is empty it asks the ledger every ten seconds whether that still has what was sent.
   */
  public SendOutcome step() {
    try {
      if (queue.unfinished().isEmpty() && !lost.isDue()) {
        return new SendOutcome.Idle();
      }
      long latest = account.latest().number();
      long mined = account.minedNonce(latest);
      boolean certain = lost.reopen(mined);
      List<QueuedCall> open = queue.unfinished();
      return open.isEmpty() ? new SendOutcome.Idle() : advance(open, latest, mined, certain);
    } catch (LedgerUnavailableException away) {
      return new SendOutcome.Away(String.valueOf(away.getMessage()));
    } catch (LedgerRejectedException refused) {
      return new SendOutcome.Refused(refused.reason(), String.valueOf(refused.getMessage()));
    }
  }

  private SendOutcome advance(List<QueuedCall> open, long latest, long mined, boolean certain) {
    raising.begin();
    settling.settle(open, latest, mined);
    long pending = Math.max(account.pendingNonce(), mined);
    Optional<SendOutcome> overBudget = overBudget();
    if (certain) {
      gaps.close(queue.unfinished(), pending);
      number(pending, overBudget.isPresent());
    }
    sign();
    Optional<SendOutcome> trouble = raising.raise(inFlight()).or(() -> overBudget);
    return send(pending).or(() -> trouble).orElseGet(this::working);
  }

  private SendOutcome working() {
    return new SendOutcome.Working(queue.unfinished().size());
  }

  private List<QueuedCall> inFlight() {
    return queue.unfinished().stream().filter(QueuedCall::isInFlight).toList();
  }

  /** The day is UTC's. Revocations are not counted and not held up. */
  private Optional<SendOutcome> overBudget() {
    BigInteger spent = queue.spentSince(clock.instant().truncatedTo(ChronoUnit.DAYS));
    return spent.compareTo(settings.budget()) < 0
        ? Optional.empty()
        : Optional.of(
            new SendOutcome.OverBudget(
                "the day's budget is spent: want below "
                    + settings.budget()
                    + " wei, got "
                    + spent));
  }

  private void number(long pending, boolean revocationsOnly) {
    int flying = inFlight().size();
    boolean more = true;
    while (more && flying < SendingSettings.MAX_URGENT_IN_FLIGHT) {
      boolean urgentOnly = revocationsOnly || flying >= SendingSettings.MAX_IN_FLIGHT;
      // If we die after this, the call has its nonce, and whoever is next signs it.
      more = queue.number(pending, urgentOnly, clock.instant()).isPresent();
      flying++;
    }
  }

  private void sign() {
    for (QueuedCall call : inFlight()) {
      if (call.signed().isEmpty()) {
        SignedTransaction bytes =
            account.sign(
                call.call(), call.nonce().orElseThrow(), raising.offer(call.call().kind()).fees());
        // If we die before this is stored, nobody has the bytes and the nonce is signed again.
        queue.replace(call.signed(bytes, clock.instant()));
      }
    }
  }

  private Optional<SendOutcome> send(long pending) {
    Instant now = clock.instant();
    boolean round = !now.isBefore(again);
    if (round) {
      again = now.plus(SendingSettings.AGAIN_AFTER);
    }
    for (QueuedCall call : inFlight()) {
      boolean missing = round && isMissing(call, pending);
      if (call.state() == CallState.SIGNED || missing) {
        Optional<SendOutcome> trouble = send(call);
        if (trouble.isPresent()) {
          return trouble;
        }
      }
    }
    return Optional.empty();
  }

  /** Nodes forget what waits: what is not among the waiting is handed in again, same bytes. */
  private boolean isMissing(QueuedCall call, long pending) {
    boolean unseen = call.nonce().orElseThrow() >= pending || raising.isOverdue(call);
    return call.state() == CallState.SENT && unseen;
  }

  private Optional<SendOutcome> send(QueuedCall call) {
    try {
      // If we die after this, SIGNED is found at restart and the same bytes are sent again.
      account.send(call.signed().orElseThrow());
      if (call.state() == CallState.SIGNED) {
        queue.replace(call.sent(clock.instant()));
      }
      return Optional.empty();
    } catch (LedgerRejectedException refused) {
      return refused(call, refused);
    }
  }

  private Optional<SendOutcome> refused(QueuedCall call, LedgerRejectedException refused) {
    String said = String.valueOf(refused.getMessage());
    switch (refused.reason()) {
      case NONCE_TOO_LOW -> {
        // The account's count on the ledger tells, not this answer.
        return Optional.empty();
      }
      case UNDERPRICED, FEE_OUT_OF_RANGE -> {
        return call.state() == CallState.SENT ? Optional.empty() : raising.refused(call, said);
      }
      case UNFIT, GAS_TOO_LOW, INVALID -> queue.replace(anew(call, refused, said));
      case REVERTED, INSUFFICIENT_FUNDS -> queue.replace(call.refused(said));
    }
    return Optional.of(new SendOutcome.Refused(refused.reason(), said));
  }

  private QueuedCall anew(QueuedCall call, LedgerRejectedException refused, String said) {
    QueuedCall unsigned = call.unsigned(said, clock.instant());
    return refused.reason() == LedgerRejectedException.Reason.GAS_TOO_LOW
        ? unsigned.withMoreGas()
        : unsigned;
  }
}
