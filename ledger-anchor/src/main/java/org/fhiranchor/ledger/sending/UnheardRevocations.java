package org.fhiranchor.ledger.sending;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.LedgerCall;

/**
 * Takes up again a revocation that was final and that the registry does not have, whatever its
 * nonce was used for meanwhile (TX-10): behind {@link LostCalls}, which goes by nonces. Where a
 * node only answered from an older state, the same bytes find their nonce used up, and the call is
 * final again.
 *
 * @param queue of the account that relays
 */
public record UnheardRevocations(CallQueue queue, InstantSource clock)
    implements Consumer<ConsentKey> {
  /** How long a call may be final before the registry is believed that it lacks it. */
  static final Duration SETTLED = Duration.ofMinutes(1);

  @Override
  public void accept(ConsentKey key) {
    Instant now = clock.instant();
    queue
        .newest(LedgerCall.subject(CallKind.REVOCATION, key))
        .filter(call -> call.state() == CallState.FINAL && call.nonce().isPresent())
        .filter(call -> !now.isBefore(call.changed().plus(SETTLED)))
        .ifPresent(call -> queue.reopen(call, now));
  }
}
