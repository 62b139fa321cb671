package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.rest.api.server.storage.IResourcePersistentId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;

/** Some of the hits of a search, in their order, chosen from one group of them after the other. */
abstract class HitsInGroups<T extends IResourcePersistentId<?>> implements IResultIterator<T> {
  private final IResultIterator<T> hits;
  private final Deque<T> ready = new ArrayDeque<>();
  private int given;

  HitsInGroups(IResultIterator<T> hits) {
    this.hits = hits;
  }

  /** What is chosen from the next group of all hits, of which there is one at least. */
  abstract List<T> choose(IResultIterator<T> all);

  /** How many were chosen and asked for. */
  int given() {
    return given;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && hits.hasNext()) {
      ready.addAll(choose(hits));
    }
    return !ready.isEmpty();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no further hit");
    }
    given++;
    return ready.removeFirst();
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
