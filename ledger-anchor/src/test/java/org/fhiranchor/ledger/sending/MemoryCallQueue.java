package org.fhiranchor.ledger.sending;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.fhiranchor.ledger.LedgerCall;

/** A queue that forgets nothing, so that a test can read the whole story. */
public final class MemoryCallQueue implements CallQueue {
  private final List<QueuedCall> calls = new ArrayList<>();
  private long next;

  @Override
  public synchronized QueuedCall add(LedgerCall call, Instant now) {
    Optional<QueuedCall> first = newest(call.subject()).filter(open -> !open.state().isFinished());
    if (first.isEmpty()) {
      return insert(QueuedCall.planned(calls.size(), call, now));
    }
    first
        .filter(open -> open.isOutlastedBy(call, now))
        .ifPresent(open -> replace(open.renewed(call, now)));
    return newest(call.subject()).orElseThrow();
  }

  private QueuedCall insert(QueuedCall call) {
    calls.add(call);
    return call;
  }

  @Override
  public synchronized Optional<QueuedCall> newest(String subject) {
    return calls.stream()
        .filter(call -> call.call().subject().equals(subject))
        .reduce((first, second) -> second);
  }

  @Override
  public synchronized List<QueuedCall> unfinished() {
    List<QueuedCall> all = new ArrayList<>();
    all.addAll(sorted(QueuedCall::isInFlight));
    all.addAll(waiting(false));
    all.addAll(sorted(call -> call.state() == CallState.MINED));
    return all;
  }

  private List<QueuedCall> sorted(Predicate<QueuedCall> which) {
    return calls.stream()
        .filter(which)
        .sorted(Comparator.comparing(call -> call.nonce().orElseThrow()))
        .toList();
  }

  private List<QueuedCall> waiting(boolean urgentOnly) {
    return calls.stream()
        .filter(QueuedCall::isWaiting)
        .filter(call -> !urgentOnly || call.call().kind().isUrgent())
        .sorted(
            Comparator.comparing((QueuedCall call) -> !call.call().kind().isUrgent())
                .thenComparing(QueuedCall::id))
        .toList();
  }

  @Override
  public synchronized Optional<QueuedCall> number(long pending, boolean urgentOnly, Instant now) {
    Optional<QueuedCall> first = waiting(urgentOnly).stream().findFirst();
    boolean held =
        calls.stream().anyMatch(call -> call.nonce().isPresent() && !call.state().isFinished());
    long nonce = held ? Math.max(next, pending) : pending;
    return first.map(
        call -> {
          QueuedCall numbered = call.numbered(nonce, now);
          next = nonce + 1;
          calls.set(Math.toIntExact(call.id()), numbered);
          return numbered;
        });
  }

  @Override
  public synchronized Optional<QueuedCall> fill(LedgerCall filler, long nonce, Instant now) {
    boolean held =
        calls.stream()
            .filter(call -> !call.state().isFinished())
            .anyMatch(call -> call.nonce().equals(Optional.of(nonce)));
    return held
        ? Optional.empty()
        : Optional.of(insert(QueuedCall.planned(calls.size(), filler, now).numbered(nonce, now)));
  }

  @Override
  public synchronized List<QueuedCall> lost(long from, long to) {
    return sorted(
        call ->
            call.state() == CallState.FINAL
                && call.call().consent().isPresent()
                && call.nonce().orElseThrow() >= from
                && call.nonce().orElseThrow() < to);
  }

  @Override
  public synchronized boolean reopen(QueuedCall finished, Instant now) {
    boolean open =
        newest(finished.call().subject()).filter(call -> !call.state().isFinished()).isPresent();
    boolean held =
        calls.stream()
            .filter(call -> !call.state().isFinished())
            .anyMatch(call -> call.nonce().equals(finished.nonce()));
    return !open && replace(finished.reopened(!held, now));
  }

  @Override
  public synchronized boolean replace(QueuedCall call) {
    int index = Math.toIntExact(call.id());
    if (calls.get(index).version() != call.version() - 1) {
      return false;
    }
    calls.set(index, call);
    return true;
  }

  @Override
  public synchronized BigInteger spentSince(Instant start) {
    return calls.stream()
        .filter(call -> !call.call().kind().isUrgent() && !call.changed().isBefore(start))
        .flatMap(
            call ->
                call.signed().stream()
                    .map(
                        signed ->
                            signed
                                .fees()
                                .maxFeePerGas()
                                .multiply(BigInteger.valueOf(call.call().gas()))))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  @Override
  public synchronized int grantsSince(String patient, Instant start) {
    return Math.toIntExact(
        calls.stream()
            .filter(call -> call.call().patient().equals(Optional.of(patient)))
            .filter(call -> !call.created().isBefore(start))
            .count());
  }

  @Override
  public synchronized CallCounts counts() {
    List<QueuedCall> revocations =
        calls.stream().filter(call -> call.call().kind().isUrgent()).toList();
    List<QueuedCall> open =
        revocations.stream().filter(call -> call.isWaiting() || call.isInFlight()).toList();
    return new CallCounts(
        open.size(),
        open.stream().map(QueuedCall::created).min(Comparator.naturalOrder()),
        Math.toIntExact(
            revocations.stream().filter(call -> call.state() == CallState.EXPIRED).count()));
  }

  /** Every call, in the order they were added. */
  public synchronized List<QueuedCall> all() {
    return List.copyOf(calls);
  }
}
