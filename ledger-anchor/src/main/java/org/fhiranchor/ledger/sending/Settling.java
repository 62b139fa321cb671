package org.fhiranchor.ledger.sending;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.LedgerBlocks;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * From a call that the ledger has to one whose effect stays. Read from the account's count and the
 * contract's state, never from a receipt: a node that has no receipt says nothing by that.
 */
final class Settling {
  private static final int MAX_DOUBLINGS = 8;

  private final LedgerBlocks blocks;
  private final CallQueue queue;
  private final LedgerEffects effects;
  private final SendingSettings settings;
  private final InstantSource clock;

  Settling(
      LedgerBlocks blocks,
      CallQueue queue,
      LedgerEffects effects,
      SendingSettings settings,
      InstantSource clock) {
    this.blocks = blocks;
    this.queue = queue;
    this.effects = effects;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Looks at every call.
   *
   * @param latest the block that the count belongs to
   * @param mined the account's count at that block
   */
  void settle(List<QueuedCall> open, long latest, long mined) {
    boolean placed = open.stream().anyMatch(call -> call.state() == CallState.MINED);
    long last = placed ? settings.finality().finalNumber(blocks) : -1;
    for (QueuedCall call : open) {
      next(call, latest, mined, last).ifPresent(queue::replace);
    }
  }

  private Optional<QueuedCall> next(QueuedCall call, long latest, long mined, long last) {
    Instant now = clock.instant();
    if (call.nonce().isEmpty()) {
      return call.isLate(now) ? Optional.of(late(call, now)) : Optional.empty();
    }
    boolean used = call.nonce().orElseThrow() < mined;
    if (call.state() != CallState.MINED) {
      return used ? Optional.of(call.mined(latest, now)) : Optional.empty();
    }
    return used ? used(call, last, now) : Optional.of(call.unmined(now));
  }

  /** A revocation is looked after before its block is final: each second of it counts. */
  private Optional<QueuedCall> used(QueuedCall call, long last, Instant now) {
    boolean stays = call.minedBlock().orElseThrow() <= last;
    boolean patient = Duration.between(call.changed(), now).compareTo(patience(call)) < 0;
    boolean early = patient || call.call().kind() != CallKind.REVOCATION;
    Optional<Boolean> settled = !stays && early ? Optional.empty() : settled(call);
    if (settled.isEmpty()) {
      return Optional.empty();
    }
    if (settled.get()) {
      return stays ? Optional.of(call.ended(CallState.FINAL, now)) : Optional.empty();
    }
    return patient ? Optional.empty() : Optional.of(withoutEffect(call, now));
  }

  /** Longer after each try, so that a call that the contract refuses costs little. */
  private static Duration patience(QueuedCall call) {
    int doublings = Math.min(Math.max(call.tries() - 1, 0), MAX_DOUBLINGS);
    return SendingSettings.WITHOUT_EFFECT.multipliedBy(1L << doublings);
  }

  private static QueuedCall withoutEffect(QueuedCall call, Instant now) {
    if (call.isLate(now)) {
      return call.ended(CallState.EXPIRED, now);
    }
    boolean again =
        call.call().kind() == CallKind.REVOCATION || call.tries() < SendingSettings.MAX_TRIES;
    return again ? call.replanned(now).withMoreGas() : call.ended(CallState.FAILED, now);
  }

  private QueuedCall late(QueuedCall call, Instant now) {
    boolean settled = call.tries() > 0 && settled(call).orElse(false);
    return call.ended(settled ? CallState.FINAL : CallState.EXPIRED, now);
  }

  /**
   * Empty when the ledger does not say, or rejects the question: one call's answer holds up no
   * other call. Of a contract that refuses to answer, another one by now, a grant has nothing more
   * to hope for than its tries; a revocation is never given up.
   */
  private Optional<Boolean> settled(QueuedCall call) {
    try {
      return Optional.of(effects.isSettled(call.call()));
    } catch (LedgerUnavailableException away) {
      return Optional.empty();
    } catch (LedgerRejectedException rejected) {
      boolean another = rejected.reason() == LedgerRejectedException.Reason.REVERTED;
      return another && call.call().kind() == CallKind.GRANT
          ? Optional.of(false)
          : Optional.empty();
    }
  }
}
