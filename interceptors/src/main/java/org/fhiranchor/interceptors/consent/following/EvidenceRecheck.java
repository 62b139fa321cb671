package org.fhiranchor.interceptors.consent.following;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.interceptors.log.LeafSweep;

/**
 * Holds what is compiled, all roles of people, and all leaves, against the database again, a page
 * at a time and round and round (FOL-3): an edit that nobody was told of is found. One thread.
 */
public final class EvidenceRecheck {
  private final ConsentIndexLoader loader;
  private final SamePerson people;
  private final LeafSweep sweep;
  private Iterator<ConsentResourceId> consents = List.<ConsentResourceId>of().iterator();

  /** Begins with the first of them. */
  public EvidenceRecheck(ConsentIndexLoader loader, SamePerson people, LeafSweep sweep) {
    this.loader = loader;
    this.people = people;
    this.sweep = sweep;
  }

  /** The next page of each. */
  public void next() {
    if (!consents.hasNext()) {
      consents = loader.ids().iterator();
    }
    List<ConsentResourceId> page = new ArrayList<>();
    while (consents.hasNext() && page.size() < StoredConsents.PAGE) {
      page.add(consents.next());
    }
    page.addAll(loader.evidence().ownerless());
    loader.recheck(page);
    people.recheck();
    sweep.next();
  }
}
