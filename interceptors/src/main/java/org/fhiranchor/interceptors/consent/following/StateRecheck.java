package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentComparison;
import org.fhiranchor.ledger.consent.Cursor;
import org.fhiranchor.ledger.consent.LinkedConsent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what {@code consent_state} says of linked consents against the contract, a page at a time
 * and round and round: a row that somebody edited in the database permits nothing for long, and one
 * that was taken back by mistake is restored. One thread.
 */
public final class StateRecheck {
  private static final Logger LOG = LoggerFactory.getLogger(StateRecheck.class);

  private final ConsentComparison comparison;
  private final ConsentStates states;
  private Optional<ConsentKey> last = Optional.empty();

  /** Begins with the first row. */
  public StateRecheck(ConsentComparison comparison, ConsentStates states) {
    this.comparison = comparison;
    this.states = states;
  }

  /**
   * The next page.
   *
   * @param at where this node has come to
   * @throws org.fhiranchor.ledger.LedgerUnavailableException when the ledger does not answer, or
   *     from an older state
   */
  void next(Cursor at) {
    ConsentComparison.Page page = comparison.page(at, last);
    report(page.corrected());
    last = page.last();
  }

  /**
   * Compares the linked ones of these.
   *
   * @return the keys that could not be compared yet: their grants are newer than {@code at}
   */
  List<ConsentKey> check(Cursor at, Collection<ConsentKey> keys) {
    List<LinkedConsent> linked = states.linked(keys);
    report(comparison.compare(at, linked));
    return linked.stream()
        .filter(consent -> ConsentComparison.isNewer(consent, at))
        .map(LinkedConsent::key)
        .toList();
  }

  private static void report(List<ConsentKey> corrected) {
    if (!corrected.isEmpty()) {
      LOG.error(
          "consent_state corrected: rows did not agree with the ledger rows={} first={}",
          corrected.size(),
          corrected.get(0).id());
    }
  }
}
