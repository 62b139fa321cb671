package org.fhiranchor.interceptors.consent.following;

import com.google.common.collect.Lists;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.ledger.consent.Cursor;

/**
 * Brings this node's index up to what any node wrote: changes of {@code consent_state} by their
 * revision, Consents by their touches. One thread.
 */
final class ConsentCatchUp {
  /** Numbers below the newest that are looked at again: a transaction may commit late. */
  private static final int LATE = 200;

  private final ConsentIndexLoader loader;
  private final ConsentStates states;
  private final Touches touches;
  private final StateRecheck recheck;
  private final TreeSet<Long> seen = new TreeSet<>();
  private final Set<ConsentKey> unchecked = new LinkedHashSet<>();
  private long revision;
  private long observed;
  private Optional<ConsentKey> last = Optional.empty();
  private long touched;

  ConsentCatchUp(
      ConsentIndexLoader loader, ConsentStates states, Touches touches, StateRecheck recheck) {
    this.loader = loader;
    this.states = states;
    this.touches = touches;
    this.recheck = recheck;
  }

  /** What is written from here on is caught up with; what was before is loaded. */
  void load() {
    revision = states.revision();
    touched = touches.newest();
    loader.loadAll();
    loader.loaded();
  }

  /**
   * Takes over what changed. A row that permits less counts at once; one that grants is first held
   * against the contract.
   *
   * @param at where this node has come to; empty before it has caught up once
   * @throws org.fhiranchor.ledger.LedgerUnavailableException when grants could not be compared;
   *     everything else is taken over
   */
  void run(Optional<Cursor> at) {
    states();
    touches();
    at.ifPresent(this::check);
  }

  private void states() {
    long newest = states.revision();
    if (newest < observed) {
      // Every change that another node makes from now on may have a number that was passed here.
      recheck.wentBack();
      revision = -1;
      last = Optional.empty();
    }
    observed = newest;
    List<ConsentState> changed;
    do {
      changed = states.changedSince(revision, last);
      changed.forEach(this::changed);
    } while (changed.size() == ConsentStates.MAX_ROWS);
  }

  private void changed(ConsentState state) {
    ConsentRecord record = state.record();
    if (record.revoked() || record.grant().isEmpty()) {
      unchecked.remove(record.key());
      loader.moved(record.key().id());
    } else {
      unchecked.add(record.key());
    }
    revision = state.revision();
    last = Optional.of(record.key());
  }

  /** A row that is wrong is corrected under a new revision, and comes again. */
  private void check(Cursor at) {
    unchecked.addAll(loader.evidence().takeToCompare());
    for (List<ConsentKey> page : Lists.partition(List.copyOf(unchecked), ConsentStates.MAX_ROWS)) {
      List<ConsentKey> newer = recheck.check(at, page, loader.evidence()::agreed);
      page.stream()
          .filter(key -> !newer.contains(key))
          .forEach(
              key -> {
                loader.moved(key.id());
                unchecked.remove(key);
              });
    }
  }

  private void touches() {
    Map<Long, ConsentResourceId> after = touches.after(Math.max(touched - LATE, 0));
    after.forEach(
        (number, consent) -> {
          if (!seen.contains(number)) {
            loader.refresh(consent);
            seen.add(number);
            touched = Math.max(touched, number);
          }
        });
    seen.headSet(touched - LATE).clear();
    loader.loaded();
  }
}
