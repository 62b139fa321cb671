package org.fhiranchor.ledger.consent;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;

/** Keeps to the port's contract in memory, and can fail before or after it has taken effect. */
final class MemoryConsentStateStore implements ConsentStateStore {
  /** As if the database had gone away. */
  static final class StoreFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  enum Fault {
    NONE,
    BEFORE,
    AFTER
  }

  private final Map<ConsentKey, ConsentRecord> records = new LinkedHashMap<>();
  private final Deque<Cursor> cursors = new ArrayDeque<>();
  private final Map<ConsentKey, LinkedConsent.Terms> linked = new HashMap<>();
  private Fault fault = Fault.NONE;

  /** The next change fails so. */
  void failNext(Fault next) {
    fault = next;
  }

  @Override
  public List<Cursor> cursors() {
    return List.copyOf(cursors);
  }

  private boolean guarded(Optional<Cursor> expected, Runnable effect) {
    Fault now = fault;
    fault = Fault.NONE;
    if (now == Fault.BEFORE) {
      throw new StoreFailed();
    }
    if (!expected.equals(Optional.ofNullable(cursors.peekFirst()))) {
      return false;
    }
    effect.run();
    if (now == Fault.AFTER) {
      throw new StoreFailed();
    }
    return true;
  }

  @Override
  public boolean apply(Optional<Cursor> expected, List<ConsentChange> changes, Cursor cursor) {
    return guarded(
        expected,
        () -> {
          changes.forEach(this::apply);
          cursors.removeIf(known -> known.block().number() == cursor.block().number());
          cursors.addFirst(cursor);
          while (cursors.size() > KEPT_CURSORS) {
            cursors.removeLast();
          }
        });
  }

  private void apply(ConsentChange change) {
    ConsentRecord known =
        records.getOrDefault(
            change.key(), new ConsentRecord(change.key(), Optional.empty(), false));
    records.put(change.key(), after(known, change));
  }

  private static ConsentRecord after(ConsentRecord known, ConsentChange change) {
    if (change instanceof ConsentChange.Granted granted) {
      ConsentRecord.Grant grant =
          new ConsentRecord.Grant(
              granted.termsHash(), granted.period(), granted.place().block().number());
      return new ConsentRecord(known.key(), Optional.of(grant), known.revoked());
    }
    return new ConsentRecord(known.key(), known.grant(), true);
  }

  @Override
  public boolean unwind(Optional<Cursor> expected, Optional<Cursor> ancestor) {
    long keep = ancestor.map(at -> at.block().number()).orElse(-1L);
    return guarded(
        expected,
        () -> {
          records.replaceAll((key, known) -> below(known, keep));
          while (!Optional.ofNullable(cursors.peekFirst()).equals(ancestor)) {
            cursors.removeFirst();
          }
        });
  }

  private static ConsentRecord below(ConsentRecord known, long keep) {
    return new ConsentRecord(
        known.key(), known.grant().filter(grant -> grant.blockNumber() <= keep), known.revoked());
  }

  @Override
  public Optional<ConsentRecord> find(ConsentKey key) {
    return Optional.ofNullable(records.get(key));
  }

  @Override
  public void revoke(ConsentKey key) {
    ConsentRecord known =
        records.getOrDefault(key, new ConsentRecord(key, Optional.empty(), false));
    records.put(key, new ConsentRecord(key, known.grant(), true));
  }

  @Override
  public Set<ConsentKey> concerned(Collection<ConsentKey> keys) {
    return Set.copyOf(keys);
  }

  @Override
  public List<LinkedConsent> linked(Optional<ConsentKey> after, int limit) {
    return linked.keySet().stream()
        .sorted(Comparator.comparing((ConsentKey key) -> key.id().toString()))
        .filter(
            key ->
                after.isEmpty() || key.id().toString().compareTo(after.get().id().toString()) > 0)
        .limit(limit)
        .map(key -> new LinkedConsent(key, find(key), Optional.ofNullable(linked.get(key))))
        .toList();
  }

  /** A stored Consent has this one, prepared with these terms. */
  void link(ConsentKey key, LinkedConsent.Terms terms) {
    linked.put(key, terms);
  }

  @Override
  public void correct(ConsentKey key, Optional<ConsentRecord.Grant> grant) {
    boolean revoked = find(key).map(ConsentRecord::revoked).orElse(false);
    records.put(key, new ConsentRecord(key, grant, revoked));
  }
}
