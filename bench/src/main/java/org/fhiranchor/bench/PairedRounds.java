package org.fhiranchor.bench;

import java.util.ArrayList;
import java.util.List;

/** Rounds on one server and then on another, in pairs; which of the two comes first alternates. */
record PairedRounds(GateWorld one, GateWorld other) {
  /** Measures one server for a while. */
  interface Round<R> {
    R of(GateWorld world) throws InterruptedException;
  }

  record Pair<R>(R one, R other) {}

  /** What the pairs gave, after rounds that only warm up. */
  <R> List<Pair<R>> run(int warmUps, int pairs, Round<R> round) throws InterruptedException {
    for (int i = 0; i < warmUps; i++) {
      round.of(i % 2 == 0 ? one : other);
    }
    List<Pair<R>> all = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      boolean first = i % 2 == 0;
      R before = round.of(first ? one : other);
      R after = round.of(first ? other : one);
      all.add(first ? new Pair<>(before, after) : new Pair<>(after, before));
    }
    return all;
  }
}
