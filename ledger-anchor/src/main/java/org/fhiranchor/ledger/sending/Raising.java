package org.fhiranchor.ledger.sending;

import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.AccountLedger;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.FeeOffer;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.SignedTransaction;

/**
 * Offers more for the same call at the same nonce: for what waits too long, and for everything that
 * a revocation waits behind (TX-3, TX-7).
 */
final class Raising {
  private final AccountLedger account;
  private final CallQueue queue;
  private final SendingSettings settings;
  private final InstantSource clock;
  private final Map<Boolean, FeeOffer> offers = new HashMap<>();

  Raising(AccountLedger account, CallQueue queue, SendingSettings settings, InstantSource clock) {
    this.account = account;
    this.queue = queue;
    this.settings = settings;
    this.clock = clock;
  }

  /** Asks again from here on. */
  void begin() {
    offers.clear();
  }

  FeeOffer offer(CallKind kind) {
    return offers.computeIfAbsent(kind.isUrgent(), urgent -> account.offer(kind));
  }

  boolean isOverdue(QueuedCall call) {
    Duration waited = Duration.between(call.changed(), clock.instant());
    return waited.compareTo(settings.stuckAfter()) >= 0;
  }

  /**
   * Raises what is due.
   *
   * @param flying by nonce
   */
  Optional<SendOutcome> raise(List<QueuedCall> flying) {
    Optional<SendOutcome> trouble = Optional.empty();
    Optional<Fees> floor = Optional.empty();
    for (int i = flying.size() - 1; i >= 0; i--) {
      QueuedCall call = flying.get(i);
      if (call.signed().isPresent()) {
        boolean urgent = call.call().kind().isUrgent();
        boolean due = (i == 0 || urgent) && isOverdue(call);
        Fees now = call.signed().orElseThrow().fees();
        Fees want = due ? now.replacement(offer(call.call().kind()).fees()) : now;
        if (floor.isPresent() && isBelow(want, floor.get())) {
          want = now.replacement(floor.get());
        }
        if (!want.equals(now) && !raise(call, want, urgent || floor.isPresent()) && due) {
          trouble = Optional.of(atCap(call));
        }
        if (urgent) {
          Fees own = now;
          floor = Optional.of(floor.map(above -> higher(above, own)).orElse(own));
        }
      }
    }
    return trouble;
  }

  /** The ledger would not take it for what it offers. */
  Optional<SendOutcome> refused(QueuedCall call, String said) {
    CallKind kind = call.call().kind();
    Fees want = call.signed().orElseThrow().fees().replacement(offer(kind).fees());
    if (raise(call, want, kind.isUrgent())) {
      return Optional.empty();
    }
    queue.replace(call.refused(said));
    return Optional.of(atCap(call));
  }

  private boolean raise(QueuedCall call, Fees want, boolean forRevocation) {
    BigInteger cap = (forRevocation ? offer(CallKind.REVOCATION) : offer(call.call().kind())).cap();
    Fees now = call.signed().orElseThrow().fees();
    Fees least = now.replacement(now);
    if (!least.within(cap)) {
      return false;
    }
    Fees fees = want.within(cap) ? want : new Fees(cap, want.maxPriorityFeePerGas().min(cap));
    // If we die before this is stored, nobody has the new bytes and the old ones still count.
    SignedTransaction bytes = account.sign(call.call(), call.nonce().orElseThrow(), fees);
    queue.replace(call.signed(bytes, clock.instant()));
    return true;
  }

  private static SendOutcome atCap(QueuedCall call) {
    return new SendOutcome.AtCap(
        "a transaction waits and its fee is at the cap kind="
            + call.call().kind()
            + " nonce="
            + call.nonce().orElseThrow());
  }

  private static boolean isBelow(Fees fees, Fees floor) {
    return fees.maxFeePerGas().compareTo(floor.maxFeePerGas()) < 0
        || fees.maxPriorityFeePerGas().compareTo(floor.maxPriorityFeePerGas()) < 0;
  }

  private static Fees higher(Fees one, Fees other) {
    return new Fees(
        one.maxFeePerGas().max(other.maxFeePerGas()),
        one.maxPriorityFeePerGas().max(other.maxPriorityFeePerGas()));
  }
}
