package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.rest.api.server.storage.IResourcePersistentId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Possibility;
import org.fhiranchor.interceptors.gate.decision.Unavailable;

/** Hits of one search in their order, without those of a patient who cannot permit any. */
final class SievedHits<T extends IResourcePersistentId<?>> extends HitsInGroups<T> {
  private final PatientLinks links;
  private final Possibility possibility;
  private final Limits limits;
  private final Map<PatientId, Boolean> known = new HashMap<>();
  private int next;
  private int scanned;

  /**
   * How far to go.
   *
   * @param few hits that are not looked up when they are all
   * @param first hits to look up at first; then twice as many each time
   * @param possible most hits that may be permitted
   * @param scanned most hits altogether
   */
  record Limits(int few, int first, int possible, int scanned) {}

  SievedHits(IResultIterator<T> hits, PatientLinks links, Possibility possibility, Limits limits) {
    super(hits);
    this.links = links;
    this.possibility = possibility;
    this.limits = limits;
    this.next = limits.first();
  }

  @Override
  public T next() {
    T hit = super.next();
    if (given() > limits.possible()) {
      throw Unavailable.tooMany(limits.possible());
    }
    return hit;
  }

  @Override
  List<T> choose(IResultIterator<T> all) {
    List<T> group = group(all);
    if (scanned <= limits.few() && !all.hasNext()) {
      return group;
    }
    Set<Long> impossible = impossible(group.stream().flatMap(hit -> key(hit).stream()).toList());
    return group.stream().filter(hit -> key(hit).filter(impossible::contains).isEmpty()).toList();
  }

  private List<T> group(IResultIterator<T> all) {
    List<T> group = new ArrayList<>();
    while (group.size() < next && all.hasNext()) {
      scanned++;
      if (scanned > limits.scanned()) {
        throw Unavailable.tooMany(limits.scanned());
      }
      group.add(all.next());
    }
    next = Math.min(PatientLinks.MOST, 2 * next);
    return group;
  }

  private Set<Long> impossible(List<Long> keys) {
    Set<Long> impossible = new HashSet<>();
    for (PatientLinks.Link link : links.of(keys)) {
      if (!known.computeIfAbsent(link.patient(), possibility::isOf)) {
        impossible.add(link.resource());
      }
    }
    return impossible;
  }

  /** Empty for another kind of key, of which nothing can be told. */
  private static Optional<Long> key(IResourcePersistentId<?> hit) {
    return hit.getId() instanceof Long key ? Optional.of(key) : Optional.empty();
  }
}
