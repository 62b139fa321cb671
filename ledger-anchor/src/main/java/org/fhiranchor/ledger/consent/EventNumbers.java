package org.fhiranchor.ledger.consent;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
   * @param several whether it is joined from what several nodes say
   * @throws LedgerUnavailableException when one node contradicts itself
   */
  static EventNumbers of(
      long known, List<ConsentChange> answer, Optional<Long> last, boolean several) {
    long at = known;
    long seen = known;
    Optional<Long> twice = Optional.empty();
    for (List<ConsentChange> events : byNumber(known, answer)) {
      seen = events.get(0).number();
      at = seen == at + 1 ? at + 1 : at;
      twice = twice.isPresent() || events.size() == 1 ? twice : Optional.of(seen);
    }
    Optional<String> contradiction =
        twice.map(number -> "ledger: two different events have the number " + number);
    if (contradiction.isPresent() && !several) {
      throw new LedgerUnavailableException(contradiction.get());
    }
    long end = seen;
    long followed = at;
    return new EventNumbers(
        followed, end, contradiction.or(() -> doubt(followed, end, last.orElse(end))));
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

  /** Nodes repeat events. Those of two branches may have one number: then it is not known which. */
  private static Collection<List<ConsentChange>> byNumber(long known, List<ConsentChange> answer) {
    return answer.stream()
        .filter(change -> change.number() > known)
        .distinct()
        .collect(Collectors.groupingBy(ConsentChange::number, TreeMap::new, Collectors.toList()))
        .values();
  }
}
