package org.fhiranchor.ledger.sending;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Calls that were final, and that the ledger has lost (TX-10): a chain that was killed before it
 * wrote its newest blocks, or that was set back to an older copy of its state. The account's count
 * says so and the contract's state confirms it; then the same bytes are sent again. What else was
 * lost between them is filled up, and is planned anew by whoever wanted it.
 *
 * <p>A node that only answers from an older block costs nothing: bytes that were mined are not
 * mined again. So calls are taken up at their own nonces alone, the next ones first.
 */
final class LostCalls {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
  private static final Duration NOT_KNOWN = Duration.ofMinutes(1);

  private final CallQueue queue;
  private final LedgerEffects effects;
  private final Gaps gaps;
  private final InstantSource clock;
  private Instant due = Instant.EPOCH;
  private Optional<Instant> unknownSince = Optional.empty();

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
   * @return whether a nonce may be given out: not, for a minute at most, while the ledger does not
   *     say whether one that it does not count as used is that of a lost call
   */
  boolean reopen(long mined) {
    if (isGivenUp() && !isDue()) {
      return true;
    }
    due = clock.instant().plus(LOOK_EVERY);
    boolean known = true;
    long end = mined;
    for (QueuedCall call : queue.lost(mined, mined + SendingSettings.MAX_GAP)) {
      Optional<Boolean> settled = settled(call);
      known &= settled.isPresent();
      if (settled.filter(has -> !has).isPresent() && queue.reopen(call, clock.instant())) {
        end = call.nonce().orElseThrow();
      }
    }
    if (known) {
      unknownSince = Optional.empty();
    } else if (unknownSince.isEmpty()) {
      unknownSince = Optional.of(clock.instant());
    }
    boolean certain = known || isGivenUp();
    if (certain) {
      gaps.fill(mined, end);
    }
    return certain;
  }

  private boolean isGivenUp() {
    return unknownSince
        .filter(since -> !clock.instant().isBefore(since.plus(NOT_KNOWN)))
        .isPresent();
  }

  /**
   * Empty when the ledger does not say: any rejection but {@code REVERTED} is only the node's. A
   * contract that is another one by now has nothing to do.
   */
  private Optional<Boolean> settled(QueuedCall call) {
    try {
      return Optional.of(effects.isSettled(call.call()));
    } catch (LedgerUnavailableException away) {
      return Optional.empty();
    } catch (LedgerRejectedException rejected) {
      boolean another = rejected.reason() == LedgerRejectedException.Reason.REVERTED;
      return another ? Optional.of(true) : Optional.empty();
    }
  }
}
