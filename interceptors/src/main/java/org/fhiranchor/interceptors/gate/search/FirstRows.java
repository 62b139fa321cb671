package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.rest.api.server.storage.IResourcePersistentId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * The hits of a query that was told to end after some rows, and of the same query without an end
 * once these are used up: most pages need no more, and the database stops there. The second query
 * must leave out what the first one gave, as one of the same builder does.
 */
final class FirstRows<T extends IResourcePersistentId<?>> implements IResultIterator<T> {
  private final int rows;
  private final Supplier<IResultIterator<T>> all;
  private IResultIterator<T> hits;
  private boolean limited = true;

  /**
   * Asks nothing yet.
   *
   * @param first ends after so many rows, which may be fewer hits
   * @param all asked for at most once
   */
  FirstRows(IResultIterator<T> first, int rows, Supplier<IResultIterator<T>> all) {
    this.hits = first;
    this.rows = rows;
    this.all = all;
  }

  @Override
  public boolean hasNext() {
    if (hits.hasNext()) {
      return true;
    }
    if (!limited || getSkippedCount() + getNonSkippedCount() < rows) {
      return false;
    }
    limited = false;
    try {
      hits.close();
    } catch (IOException failed) {
      throw new UncheckedIOException("closing the first rows of a search", failed);
    }
    hits = all.get();
    return hits.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no further hit");
    }
    return hits.next();
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
