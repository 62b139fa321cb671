package org.fhiranchor.interceptors.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.merkle.Digest;

/** Writes only when it is told to. */
final class SlowStore implements DisclosureStore {
  private final Semaphore go = new Semaphore(0);

  @Override
  public void write(List<Row> rows, List<Refusals> refusals) {
    go.acquireUninterruptibly();
  }

  void letGo(int writes) {
    go.release(writes);
  }

  @Override
  public List<Counted> refusalsBefore(long minute) {
    return List.of();
  }

  @Override
  public void close(List<Counted> counted, Function<Refusals, Row> disclosure) {}

  @Override
  public List<Kept> of(Digest subject, Within within, int offset, int limit) {
    return List.of();
  }

  @Override
  public long count(Digest subject) {
    return 0;
  }

  @Override
  public Map<Digest, String> contents(Collection<Digest> digests) {
    return Map.of();
  }

  @Override
  public boolean anyBetween(Instant from, Instant before) {
    return false;
  }

  @Override
  public Optional<Instant> removeContent(Instant from, Instant before, int limit) {
    return Optional.empty();
  }
}
