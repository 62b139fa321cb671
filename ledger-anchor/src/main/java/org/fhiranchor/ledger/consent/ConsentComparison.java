package org.fhiranchor.ledger.consent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerConsents;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Holds what is stored against the registry's own state at one block (FOL-6): takes back what the
 * registry does not say, and restores what it does. Nothing is forgotten for good, whatever one
 * answer said; a revocation alone stays.
 */
public final class ConsentComparison {
  private final ConsentLedger ledger;
  private final ConsentStateStore store;
  private final Consumer<ConsentKey> unheard;

  /** Asks nothing yet. */
  public ConsentComparison(ConsentLedger ledger, ConsentStateStore store) {
    this(ledger, store, key -> {});
  }

  /**
   * The same.
   *
   * @param unheard told of each revocation that is stored while the registry says granted
   */
  public ConsentComparison(
      ConsentLedger ledger, ConsentStateStore store, Consumer<ConsentKey> unheard) {
    this.ledger = ledger;
    this.store = store;
    this.unheard = unheard;
  }

  /**
   * Some of the linked consents were compared.
   *
   * @param corrected the keys of those that differed
   * @param last the key that the next page begins after; empty when there are no more
   */
  public record Page(List<ConsentKey> corrected, Optional<ConsentKey> last) {}

  /**
   * Compares a page of linked consents.
   *
   * @param at where the state is read; an answer from an older state is none
   * @param after the last key of the page before
   */
  public Page page(Cursor at, Optional<ConsentKey> after) {
    List<LinkedConsent> linked = store.linked(after, ConsentLedger.MAX_KEYS);
    return new Page(
        compare(at, linked),
        linked.stream().reduce((first, second) -> second).map(LinkedConsent::key));
  }

  /** Compares every linked consent. */
  void all(Cursor at) {
    Optional<ConsentKey> last = page(at, Optional.empty()).last();
    while (last.isPresent()) {
      last = page(at, last).last();
    }
  }

  /**
   * Compares these.
   *
   * @return the keys of those that differed and are corrected
   */
  public List<ConsentKey> compare(Cursor at, List<LinkedConsent> linked) {
    List<ConsentKey> corrected = new ArrayList<>();
    for (int from = 0; from < linked.size(); from += ConsentLedger.MAX_KEYS) {
      int to = Math.min(from + ConsentLedger.MAX_KEYS, linked.size());
      corrected.addAll(compareAtOnce(at, linked.subList(from, to)));
    }
    return List.copyOf(corrected);
  }

  private List<ConsentKey> compareAtOnce(Cursor at, List<LinkedConsent> linked) {
    LedgerConsents truth =
        ledger.statesOf(at.block(), linked.stream().map(LinkedConsent::key).toList());
    if (truth.lastNumber() != at.number()) {
      throw new LedgerUnavailableException(
          "ledger: the registry's state is not that of block "
              + at.block().number()
              + ": want number "
              + at.number()
              + ", got "
              + truth.lastNumber());
    }
    return linked.stream()
        .filter(consent -> !isNewer(consent, at) && corrected(consent, truth.of(consent.key())))
        .map(LinkedConsent::key)
        .toList();
  }

  /** Another node may have applied what a look at this block does not reach. */
  public static boolean isNewer(LinkedConsent consent, Cursor at) {
    return consent.grant().filter(grant -> grant.blockNumber() > at.block().number()).isPresent();
  }

  private boolean corrected(LinkedConsent stored, LedgerConsent truth) {
    if (truth.status() == LedgerConsent.Status.REVOKED && !stored.isRevoked()) {
      store.revoke(stored.key());
      return true;
    }
    if (stored.isRevoked()) {
      if (truth.status() == LedgerConsent.Status.GRANTED) {
        unheard.accept(stored.key());
      }
      return false;
    }
    if (isTrue(stored, truth)) {
      return false;
    }
    store.correct(stored.key(), grant(stored, truth));
    return true;
  }

  private boolean isTrue(LinkedConsent stored, LedgerConsent truth) {
    Optional<Bytes> known =
        stored.grant().map(grant -> ledger.grantHash(grant.termsHash(), grant.period()));
    return known.equals(truth.grantHash())
        && stored.grant().map(ConsentRecord.Grant::blockNumber).equals(truth.grantedBlock());
  }

  /** The registry keeps a hash of terms and period: both are in its event, or are known here. */
  private Optional<ConsentRecord.Grant> grant(LinkedConsent stored, LedgerConsent truth) {
    return truth
        .grantedBlock()
        .flatMap(
            block ->
                known(stored, truth)
                    .or(() -> said(stored.key(), block, truth))
                    .map(
                        terms ->
                            new ConsentRecord.Grant(terms.termsHash(), terms.period(), block)));
  }

  private Optional<LinkedConsent.Terms> known(LinkedConsent stored, LedgerConsent truth) {
    return Stream.concat(
            stored
                .grant()
                .map(grant -> new LinkedConsent.Terms(grant.termsHash(), grant.period()))
                .stream(),
            stored.prepared().stream())
        .filter(terms -> isGranted(terms, truth))
        .findFirst();
  }

  private boolean isGranted(LinkedConsent.Terms terms, LedgerConsent truth) {
    Bytes hash = ledger.grantHash(terms.termsHash(), terms.period());
    return truth.grantHash().filter(hash::equals).isPresent();
  }

  private Optional<LinkedConsent.Terms> said(ConsentKey key, long block, LedgerConsent truth) {
    return ledger.changes(block, block).stream()
        .filter(ConsentChange.Granted.class::isInstance)
        .map(ConsentChange.Granted.class::cast)
        .filter(granted -> granted.key().equals(key))
        .map(granted -> new LinkedConsent.Terms(granted.termsHash(), granted.period()))
        .filter(terms -> isGranted(terms, truth))
        .findFirst();
  }
}
