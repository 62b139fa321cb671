package org.fhiranchor.ledger.sending;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.fhiranchor.ledger.AccountLedger;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.LedgerCall;

/**
 * Nonces that nobody holds: after a database was restored, or a stranger's transaction of the
 * account was dropped. What has a later nonce would wait for them for ever.
 */
final class Gaps {
  private static final long FILLER_GAS = 21_000;

  private final AccountLedger account;
  private final CallQueue queue;
  private final SendingSettings settings;
  private final InstantSource clock;

  Gaps(AccountLedger account, CallQueue queue, SendingSettings settings, InstantSource clock) {
    this.account = account;
    this.queue = queue;
    this.settings = settings;
    this.clock = clock;
  }

  void close(List<QueuedCall> unfinished, long pending) {
    List<QueuedCall> flying = unfinished.stream().filter(QueuedCall::isInFlight).toList();
    if (flying.isEmpty() || !isOld(flying.get(0))) {
      return;
    }
    long missing = flying.get(0).nonce().orElseThrow() - pending;
    if (missing > SendingSettings.MAX_GAP) {
      // Another chain than the one that used these nonces: the calls keep their order.
      flying.forEach(call -> queue.replace(call.replanned(clock.instant())));
    } else {
      fill(pending, pending + missing);
    }
  }

  /** Uses up those that no unfinished call has, up to {@code end} and without it. */
  void fill(long begin, long end) {
    for (long nonce = begin; nonce < end; nonce++) {
      queue.fill(filler(nonce), nonce, clock.instant());
    }
  }

  private boolean isOld(QueuedCall call) {
    Instant now = clock.instant();
    return Duration.between(call.changed(), now).compareTo(settings.stuckAfter()) >= 0;
  }

  private LedgerCall filler(long nonce) {
    return LedgerCall.of(
        CallKind.FILLER, "filler:" + nonce, account.account(), Bytes.EMPTY, FILLER_GAS);
  }
}
