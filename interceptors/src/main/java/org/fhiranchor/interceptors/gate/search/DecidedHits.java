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
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.fhiranchor.interceptors.gate.decision.Unavailable;

/**
 * The hits of one search that may be shown, decided about as far as HAPI wants them. Where it ends,
 * and what it says about its end, hang on what may be shown alone, never on what is hidden.
 */
final class DecidedHits<T extends IResourcePersistentId<?>> implements IResultIterator<T> {
  private static final int MOST_AT_ONCE = 500;

  private final IResultIterator<T> hits;
  private final UnaryOperator<List<T>> visible;
  private final OptionalInt wanted;
  private final boolean all;
  private final int limit;
  private final Deque<T> ready = new ArrayDeque<>();
  private int next;
  private int decided;
  private int given;

  /**
   * Hits in their order.
   *
   * @param visible which of some hits may be shown
   * @param wanted how many of them HAPI wants to have in this pass; empty for all
   * @param all whether they are to be counted, however many HAPI wants
   * @param limit most hits to decide about
   */
  DecidedHits(
      IResultIterator<T> hits,
      UnaryOperator<List<T>> visible,
      OptionalInt wanted,
      boolean all,
      int limit) {
    this.hits = hits;
    this.visible = visible;
    this.wanted = wanted;
    this.all = all;
    this.limit = limit;
    this.next = all ? MOST_AT_ONCE : Math.min(MOST_AT_ONCE, wanted.orElse(MOST_AT_ONCE));
  }

  @Override
  public boolean hasNext() {
    if (!all && wanted.isPresent() && given >= wanted.getAsInt()) {
      return false;
    }
    while (ready.isEmpty() && hits.hasNext()) {
      ready.addAll(visible.apply(some()));
    }
    return !ready.isEmpty();
  }

  /** Twice as many each time: there may be many hidden ones before the next that is not. */
  private List<T> some() {
    List<T> some = new ArrayList<>();
    while (some.size() < next && hits.hasNext()) {
      decided++;
      if (decided > limit) {
        throw Unavailable.tooMany(limit);
      }
      some.add(hits.next());
    }
    next = Math.min(MOST_AT_ONCE, 2 * next);
    return some;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no further hit");
    }
    given++;
    return ready.removeFirst();
  }

  /**
   * HAPI takes a search for finished, and says its total, when it was given fewer hits than it
   * wanted; it adds these. Who counts all is finished, however many they were.
   */
  @Override
  public int getSkippedCount() {
    return all ? -given : 0;
  }

  @Override
  public int getNonSkippedCount() {
    return given;
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
