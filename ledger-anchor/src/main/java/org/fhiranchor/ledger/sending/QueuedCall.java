package org.fhiranchor.ledger.sending;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.SignedTransaction;

/**
 * One call in an account's queue.
 *
 * @param id given by the queue; grows
 * @param version counts the changes, from 0; the queue refuses a change of any but the latest
 * @param nonce given out by the queue under the account's lock; no other call ever has it while
 *     this one is unfinished
 * @param signed the bytes that offer most: the ones to send. Earlier ones have the same nonce and
 *     the same call, so it does not matter which of them is mined
 * @param tries how often it got a nonce
 * @param minedBlock the newest block when the nonce was first seen used up
 * @param refusal what the ledger last said against it
 * @param created when it was added
 * @param changed when this version came to be
 */
public record QueuedCall(
    long id,
    long version,
    LedgerCall call,
    CallState state,
    Optional<Long> nonce,
    Optional<SignedTransaction> signed,
    int tries,
    Optional<Long> minedBlock,
    Optional<String> refusal,
    Instant created,
    Instant changed) {
  /** Longest refusal that is kept. */
  public static final int MAX_REFUSAL = 300;

  private static final Duration WORTH_SIGNING = Duration.ofMinutes(1);

  private static final long MAX_RAISED_GAS = 1_000_000;

  /**
   * Checks that the parts fit the state.
   *
   * @throws IllegalArgumentException when they do not
   */
  public QueuedCall {
    boolean placed =
        state == CallState.SIGNED || state == CallState.SENT || state == CallState.MINED;
    if (placed && nonce.isEmpty()) {
      throw new IllegalArgumentException("call: " + state + " without a nonce");
    }
    if ((state == CallState.SIGNED || state == CallState.SENT) && signed.isEmpty()) {
      throw new IllegalArgumentException("call: " + state + " without signed bytes");
    }
    refusal = refusal.map(QueuedCall::shortened);
  }

  /** The beginning. */
  public static QueuedCall planned(long id, LedgerCall call, Instant now) {
    return new QueuedCall(
        id,
        0,
        call,
        CallState.PLANNED,
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        now,
        now);
  }

  private static String shortened(String text) {
    return text.length() <= MAX_REFUSAL ? text : text.substring(0, MAX_REFUSAL);
  }

  /** Whether it has a nonce that no block has used up yet. */
  public boolean isInFlight() {
    return nonce.isPresent() && !state.isFinished() && state != CallState.MINED;
  }

  /** Whether it waits for a nonce. */
  public boolean isWaiting() {
    return nonce.isEmpty() && state == CallState.PLANNED;
  }

  /** Whether the signature that it carries has ended by then. */
  public boolean isLate(Instant now) {
    return call.deadline().filter(end -> now.isAfter(end)).isPresent();
  }

  /**
   * Whether this one is a signature of the same revocation that is to take its place: one that ends
   * later. What has a nonce is signed anew for a minute more at least; what is in a block has its
   * effect, unless its signature had ended.
   */
  public boolean isOutlastedBy(LedgerCall later, Instant now) {
    if (call.kind() != CallKind.REVOCATION || call.deadline().isEmpty()) {
      return false;
    }
    Instant end = call.deadline().get().plus(nonce.isEmpty() ? Duration.ZERO : WORTH_SIGNING);
    return (state != CallState.MINED || isLate(now))
        && later.deadline().filter(end::isBefore).isPresent();
  }

  /** With the later signature: at its nonce, unless a block has used that up. */
  public QueuedCall renewed(LedgerCall later, Instant now) {
    QueuedCall free = state == CallState.MINED ? replanned(now) : unsigned(now);
    return new QueuedCall(
        free.id,
        free.version,
        later.withGas(Math.max(call.gas(), later.gas())),
        free.state,
        free.nonce,
        free.signed,
        free.tries,
        free.minedBlock,
        free.refusal,
        free.created,
        free.changed);
  }

  private QueuedCall unsigned(Instant now) {
    return changed(CallState.PLANNED, nonce, Optional.empty(), Optional.empty(), refusal, now);
  }

  /** With a nonce; for the queue, under the account's lock. */
  public QueuedCall numbered(long given, Instant now) {
    return new QueuedCall(
        id,
        version + 1,
        call,
        CallState.PLANNED,
        Optional.of(given),
        Optional.empty(),
        tries + 1,
        Optional.empty(),
        refusal,
        created,
        now);
  }

  QueuedCall signed(SignedTransaction bytes, Instant now) {
    return changed(CallState.SIGNED, nonce, Optional.of(bytes), Optional.empty(), refusal, now);
  }

  QueuedCall sent(Instant now) {
    return changed(CallState.SENT, nonce, signed, Optional.empty(), Optional.empty(), now);
  }

  /** Its nonce counts as unused again, because the block was dropped: the same bytes once more. */
  QueuedCall unmined(Instant now) {
    CallState before = signed.isPresent() ? CallState.SIGNED : CallState.PLANNED;
    return changed(before, nonce, signed, Optional.empty(), refusal, now);
  }

  QueuedCall mined(long block, Instant now) {
    return changed(CallState.MINED, nonce, signed, Optional.of(block), refusal, now);
  }

  QueuedCall refused(String why) {
    return changed(state, nonce, signed, minedBlock, Optional.of(why), changed);
  }

  /** The bytes can never be mined: the same nonce, the same call, new bytes. */
  QueuedCall unsigned(String why, Instant now) {
    return changed(
        CallState.PLANNED, nonce, Optional.empty(), Optional.empty(), Optional.of(why), now);
  }

  /** Its nonce went without effect: another nonce. */
  QueuedCall replanned(Instant now) {
    return changed(
        CallState.PLANNED, Optional.empty(), Optional.empty(), Optional.empty(), refusal, now);
  }

  /**
   * As just made, with twice the gas: too little is a common reason for having no effect. What is
   * relayed for patients keeps to its own cap (TX-9).
   */
  QueuedCall withMoreGas() {
    long cap = call.consent().isPresent() ? LedgerCall.MAX_CONSENT_GAS : MAX_RAISED_GAS;
    long more = Math.max(call.gas(), Math.min(2 * call.gas(), cap));
    return new QueuedCall(
        id,
        version,
        call.withGas(more),
        state,
        nonce,
        signed,
        tries,
        minedBlock,
        refusal,
        created,
        changed);
  }

  /**
   * Taken up again after its end, because the ledger has lost it: the same bytes at the same nonce,
   * which are mined once whatever the ledger still remembers.
   *
   * @param free whether no other call has its nonce meanwhile; else it gets another one
   */
  public QueuedCall reopened(boolean free, Instant now) {
    return free && signed.isPresent()
        ? changed(CallState.SIGNED, nonce, signed, Optional.empty(), refusal, now)
        : replanned(now);
  }

  /** Nobody wants it any more; only for a call that waits. */
  public QueuedCall withdrawn(Instant now) {
    return ended(CallState.WITHDRAWN, now);
  }

  QueuedCall ended(CallState end, Instant now) {
    return changed(end, nonce, signed, minedBlock, refusal, now);
  }

  private QueuedCall changed(
      CallState next,
      Optional<Long> withNonce,
      Optional<SignedTransaction> bytes,
      Optional<Long> block,
      Optional<String> why,
      Instant now) {
    return new QueuedCall(
        id, version + 1, call, next, withNonce, bytes, tries, block, why, created, now);
  }
}
