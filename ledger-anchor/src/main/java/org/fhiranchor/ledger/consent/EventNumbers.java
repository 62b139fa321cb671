package org.fhiranchor.ledger.consent;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * What an answer adds to the events that are known, by their numbers (FOL-7).
 *
 * @param number of the last event that follows on without a gap, or the one that was known
 * @param seen of the last event that the answer has at all
 * @param doubt why the answer is not complete; empty when nothing is left out
 */
record EventNumbers(long number, long seen, Optional<String> doubt) {
  /**
   * Sorts an answer.
   *
   * @param known the number of the newest event that is known
   * @param last the number that the registry itself calls its newest; empty where it was not asked
   * @throws LedgerUnavailableException when the answer contradicts itself
   */
  static EventNumbers of(long known, List<ConsentChange> answer, Optional<Long> last) {
    long at = known;
    long seen = known;
    for (ConsentChange change : once(known, answer)) {
      at = change.number() == at + 1 ? at + 1 : at;
      seen = change.number();
    }
    return new EventNumbers(at, seen, doubt(at, seen, last.orElse(seen)));
  }

  private static Optional<String> doubt(long at, long seen, long last) {
    if (last < seen) {
      return Optional.of(
          "the registry's state is older than its events: want number "
              + seen
              + " or more, got "
              + last);
    }
    return at == last
        ? Optional.empty()
        : Optional.of(
            "of the consent contract's events up to "
                + last
                + ", those after "
                + at
                + " are left out, or some of them");
  }

  /** Each number once: nodes repeat events. */
  private static List<ConsentChange> once(long known, List<ConsentChange> answer) {
    TreeMap<Long, ConsentChange> byNumber = new TreeMap<>();
    for (ConsentChange change : answer) {
      ConsentChange other = byNumber.putIfAbsent(change.number(), change);
      if (other != null && !other.equals(change)) {
        throw new LedgerUnavailableException(
            "ledger: two different events have the number " + change.number());
      }
    }
    return List.copyOf(byNumber.tailMap(known, false).values());
  }
}
