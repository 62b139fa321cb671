package org.fhiranchor.interceptors.consent.following;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.fhiranchor.consent.decide.ConsentResourceId;

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
  private long revision;
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

  void run() {
    states();
    touches();
  }

  private void states() {
    List<ConsentState> changed;
    do {
      changed = states.changedSince(revision);
      changed.forEach(this::changed);
    } while (changed.size() == ConsentStates.MAX_ROWS);
  }

  /** A row that is wrong is corrected under a new revision, and comes again. */
  private void changed(ConsentState state) {
    recheck.check(state);
    loader.moved(state.record().key().id());
    revision = state.revision();
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
