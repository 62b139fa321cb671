package org.fhiranchor.interceptors.consent.following;

import com.google.common.collect.Lists;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.ledger.consent.Cursor;

/**
 * Loads this node's index, and brings it up to what any node heard from the ledger: changes of
 * {@code consent_state} by their revision. One thread.
 */
final class ConsentCatchUp {
  private final ConsentIndexLoader loader;
  private final ConsentStates states;
  private final SamePerson people;
  private final ChangeFollowing changes;
  private final StateRecheck recheck;
  private final Set<ConsentKey> unchecked = new LinkedHashSet<>();
  private long revision = -1;
  private long observed;
  private Optional<ConsentKey> last = Optional.empty();

  ConsentCatchUp(
      ConsentIndexLoader loader,
      ConsentStates states,
      SamePerson people,
      ChangeFollowing changes,
      StateRecheck recheck) {
    this.loader = loader;
    this.states = states;
    this.people = people;
    this.changes = changes;
    this.recheck = recheck;
  }

  /**
   * What is written from here on is caught up with; what was before is loaded. After a failure it
   * is called again, and catches up from the first call on: what was loaded then may have changed.
   */
  void load() {
    if (revision < 0) {
      revision = states.revision();
    }
    changes.begin();
    people.load();
    loader.loadAll();
    changes.loaded();
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
}
