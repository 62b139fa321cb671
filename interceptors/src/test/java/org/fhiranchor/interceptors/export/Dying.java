package org.fhiranchor.interceptors.export;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Passes on to a store, and is dead after so many marks: nothing of it comes through any more. */
final class Dying implements ExportStore {
  private final ExportStore store;
  private final Runnable last;
  final List<Mark> marks = new ArrayList<>();
  private int left;

  Dying(ExportStore store, int marks, Runnable last) {
    this.store = store;
    this.left = marks;
    this.last = last;
  }

  private void alive() {
    if (left <= 0) {
      throw new IllegalStateException("this node is dead");
    }
  }

  @Override
  public void add(ProvenanceExport.Order order, Instant now) {
    store.add(order, now);
  }

  @Override
  public boolean claim(String id, String node, Instant now, Instant silentSince) {
    return store.claim(id, node, now, silentSince);
  }

  @Override
  public void begin(String id, String node, String head, long total) {
    store.begin(id, node, head, total);
  }

  @Override
  public boolean progress(String id, String node, Mark mark, Instant now) {
    alive();
    marks.add(mark);
    boolean goesOn = store.progress(id, node, mark, now);
    left--;
    if (left == 0) {
      last.run();
      return store.progress(id, node, mark, now);
    }
    return goesOn;
  }

  @Override
  public void release(String id, String node) {
    alive();
    store.release(id, node);
  }

  @Override
  public void end(String id, String node, ProvenanceExport.State state, Instant now) {
    alive();
    store.end(id, node, state, now);
  }

  @Override
  public void forgetAll() {
    store.forgetAll();
  }

  @Override
  public void cancel(String id, Instant now) {
    store.cancel(id, now);
  }

  @Override
  public Optional<ProvenanceExport> find(String id) {
    return store.find(id);
  }

  @Override
  public List<ProvenanceExport> running() {
    return store.running();
  }

  @Override
  public List<String> endedBefore(Instant before) {
    return store.endedBefore(before);
  }

  @Override
  public void forget(String id) {
    store.forget(id);
  }
}
