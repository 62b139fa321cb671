package org.fhiranchor.interceptors.crash;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.sending.CallCounts;
import org.fhiranchor.ledger.sending.CallQueue;
import org.fhiranchor.ledger.sending.QueuedCall;

/** Stands still once a call's state is stored, before anything follows from it. */
record CrashingCallQueue(CallQueue queue, Path data) implements CallQueue {
  @Override
  public QueuedCall add(LedgerCall call, Instant now) {
    return queue.add(call, now);
  }

  @Override
  public Optional<QueuedCall> newest(String subject) {
    return queue.newest(subject);
  }

  @Override
  public List<QueuedCall> unfinished() {
    return queue.unfinished();
  }

  @Override
  public Optional<QueuedCall> number(long pending, boolean urgentOnly, Instant now) {
    return queue.number(pending, urgentOnly, now);
  }

  @Override
  public Optional<QueuedCall> fill(LedgerCall filler, long nonce, Instant now) {
    return queue.fill(filler, nonce, now);
  }

  @Override
  public List<QueuedCall> lost(long from, long to) {
    return queue.lost(from, to);
  }

  @Override
  public boolean reopen(QueuedCall finished, Instant now) {
    return queue.reopen(finished, now);
  }

  @Override
  public boolean replace(QueuedCall next) {
    boolean replaced = queue.replace(next);
    switch (next.state()) {
      case SIGNED -> CrashPoint.SIGNED.pass(data);
      case SENT -> CrashPoint.SENT.pass(data);
      default -> {}
    }
    return replaced;
  }

  @Override
  public BigInteger spentSince(Instant start) {
    return queue.spentSince(start);
  }

  @Override
  public int grantsSince(String patient, Instant start) {
    return queue.grantsSince(patient, start);
  }

  @Override
  public CallCounts counts() {
    return queue.counts();
  }
}
