package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentComparison;
import org.fhiranchor.ledger.consent.ConsentRecord;
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
  private final EditedRows edited;
  private Optional<ConsentKey> last = Optional.empty();

  /** Begins with the first row. */
  public StateRecheck(ConsentComparison comparison, ConsentStates states, EditedRows edited) {
    this.comparison = comparison;
    this.states = states;
    this.edited = edited;
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
   * @param agreed told of each grant that the contract has as it is stored
   * @return the keys that could not be compared yet: their grants are newer than {@code at}
   */
  List<ConsentKey> check(
      Cursor at, Collection<ConsentKey> keys, BiConsumer<ConsentKey, ConsentRecord.Grant> agreed) {
    List<LinkedConsent> linked = states.linked(keys);
    List<ConsentKey> corrected = comparison.compare(at, linked);
    report(corrected);
    linked.stream()
        .filter(one -> !ConsentComparison.isNewer(one, at) && !corrected.contains(one.key()))
        .forEach(
            one ->
                one.record()
                    .flatMap(ConsentRecord::grant)
                    .ifPresent(grant -> agreed.accept(one.key(), grant)));
    return linked.stream()
        .filter(consent -> ConsentComparison.isNewer(consent, at))
        .map(LinkedConsent::key)
        .toList();
  }

  /** The number of the newest change is smaller than it was. */
  void wentBack() {
    edited.looked("consent_follow", Optional.of("its revision went back"));
  }

  private void report(List<ConsentKey> corrected) {
    corrected.forEach(
        key ->
            edited.looked(
                "consent_state " + key.id(),
                Optional.of("did not agree with the ledger, and was corrected")));
    if (!corrected.isEmpty()) {
      LOG.error(
          "consent_state corrected: rows did not agree with the ledger rows={} first={}",
          corrected.size(),
          corrected.get(0).id());
    }
  }
}
