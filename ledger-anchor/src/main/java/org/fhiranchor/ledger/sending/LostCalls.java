package org.fhiranchor.ledger.sending;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Calls that were final, and that the ledger has lost (TX-10): a chain that was killed before it
 * wrote its newest blocks, or that was set back to an older copy of its state. The account's count
 * says so and the contract's state confirms it; then the same bytes are sent again. What else was
 * lost between them is filled up, and is planned anew by whoever wanted it.
 */
final class LostCalls {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

  private final CallQueue queue;
  private final LedgerEffects effects;
  private final Gaps gaps;
  private final InstantSource clock;
  private Instant due = Instant.EPOCH;

  LostCalls(CallQueue queue, LedgerEffects effects, Gaps gaps, InstantSource clock) {
    this.queue = queue;
    this.effects = effects;
    this.gaps = gaps;
    this.clock = clock;
  }

  /** Whether to look although nothing is on its way. */
  boolean isDue() {
    return !clock.instant().isBefore(due);
  }

  /**
   * Takes them up again. To be called before a nonce is given out: the nonces tell what is lost.
   *
   * @param mined the account's count at the latest block
   */
  void reopen(long mined) {
    long end = mined;
    for (QueuedCall call : queue.lost(mined)) {
      boolean near = call.nonce().orElseThrow() - mined < SendingSettings.MAX_GAP;
      if (isWithoutEffect(call) && queue.reopen(call, near, clock.instant()) && near) {
        end = call.nonce().orElseThrow();
      }
    }
    gaps.fill(mined, end);
    due = clock.instant().plus(LOOK_EVERY);
  }

  /** Not known when the ledger does not say: one silent answer holds up no other call. */
  private boolean isWithoutEffect(QueuedCall call) {
    try {
      return !effects.isSettled(call.call());
    } catch (LedgerUnavailableException away) {
      return false;
    }
  }
}
