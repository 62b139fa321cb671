package org.fhiranchor.ledger.evm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.fhiranchor.ledger.LedgerUnavailableException;

/** Asks a ledger again that does not answer, up to a moment: a machine may be busy for a while. */
record Patience(Instant end, InstantSource clock) {
  private static final long POLL_MILLIS = 100;

  /** From now on for so long. */
  static Patience of(Duration limit, InstantSource clock) {
    return new Patience(clock.instant().plus(limit), clock);
  }

  /**
   * The first answer.
   *
   * @throws LedgerUnavailableException the last one, when there was none in time
   */
  <T> T answer(Supplier<T> question) {
    while (true) {
      try {
        return question.get();
      } catch (LedgerUnavailableException away) {
        if (isOver()) {
          throw away;
        }
      }
      pause();
    }
  }

  /**
   * The first answer that is not empty.
   *
   * @throws LedgerUnavailableException when there was none in time
   */
  <T> T present(Supplier<Optional<T>> question, Supplier<String> late) {
    return presentInTime(question).orElseThrow(() -> new LedgerUnavailableException(late.get()));
  }

  /** As {@link #present}; empty when all answers in time were. */
  <T> Optional<T> presentInTime(Supplier<Optional<T>> question) {
    while (true) {
      Optional<T> found = answer(question);
      if (found.isPresent() || isOver()) {
        return found;
      }
      pause();
    }
  }

  private boolean isOver() {
    return !clock.instant().isBefore(end) || Thread.currentThread().isInterrupted();
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("interrupted while waiting for the ledger", interrupted);
    }
  }
}
