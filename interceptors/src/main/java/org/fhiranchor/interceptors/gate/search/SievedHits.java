package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.rest.api.server.storage.IResourcePersistentId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Possibility;
import org.fhiranchor.interceptors.gate.decision.Unavailable;

/** Hits of one search in their order, without those of a patient who cannot permit any. */
final class SievedHits<T extends IResourcePersistentId<?>> implements IResultIterator<T> {
  private final IResultIterator<T> hits;
  private final PatientLinks links;
  private final Possibility possibility;
  private final Limits limits;
  private final Deque<T> ready = new ArrayDeque<>();
  private final Map<PatientId, Boolean> known = new HashMap<>();
  private int next;
  private int scanned;
  private int given;

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
    this.hits = hits;
    this.links = links;
    this.possibility = possibility;
    this.limits = limits;
    this.next = limits.first();
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && hits.hasNext()) {
      ready.addAll(sieve(batch()));
    }
    return !ready.isEmpty();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no further hit");
    }
    given++;
    if (given > limits.possible()) {
      throw Unavailable.tooMany(limits.possible());
    }
    return ready.removeFirst();
  }

  private List<T> batch() {
    List<T> batch = new ArrayList<>();
    while (batch.size() < next && hits.hasNext()) {
      scanned++;
      if (scanned > limits.scanned()) {
        throw Unavailable.tooMany(limits.scanned());
      }
      batch.add(hits.next());
    }
    next = Math.min(PatientLinks.MOST, 2 * next);
    return batch;
  }

  private List<T> sieve(List<T> batch) {
    if (scanned <= limits.few() && !hits.hasNext()) {
      return batch;
    }
    Set<Long> impossible = impossible(batch.stream().flatMap(hit -> key(hit).stream()).toList());
    return batch.stream().filter(hit -> key(hit).filter(impossible::contains).isEmpty()).toList();
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

  @Override
  public int getSkippedCount() {
    return hits.getSkippedCount();
  }

  @Override
  public int getNonSkippedCount() {
    return hits.getNonSkippedCount();
  }

  @Override
  public Collection<T> getNextResultBatch(long size) {
    List<T> batch = new ArrayList<>();
    while (batch.size() < size && hasNext()) {
      batch.add(next());
    }
    return batch;
  }

  @Override
  public void close() throws IOException {
    hits.close();
  }
}
