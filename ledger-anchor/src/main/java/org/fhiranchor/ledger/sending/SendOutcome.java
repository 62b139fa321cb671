package org.fhiranchor.ledger.sending;

import org.fhiranchor.ledger.LedgerRejectedException;

/** What one step of the {@link AccountSender} came to. */
public sealed interface SendOutcome {
  /** Nothing is on its way. */
  record Idle() implements SendOutcome {}

  /** So many calls are unfinished, and all goes well. */
  record Working(int calls) implements SendOutcome {}

  /** The ledger said no to a call; it is tried again, but somebody should look. */
  record Refused(LedgerRejectedException.Reason reason, String message) implements SendOutcome {}

  /** The first transaction waits too long, and its fee is at the cap. */
  record AtCap(String message) implements SendOutcome {}

  /** The day's budget is spent: only revocations are sent until tomorrow. */
  record OverBudget(String message) implements SendOutcome {}

  /** The ledger did not answer; the next step tries again. */
  record Away(String message) implements SendOutcome {}
}
