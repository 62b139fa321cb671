package org.fhiranchor.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rounds of requests by several clients at once, on one server and then on the other. Each pair of
 * rounds gives one ratio; which of the two comes first alternates.
 */
record StarterRounds(GateWorld ours, GateWorld starter) {
  /** One request, the {@code n}-th of a round. */
  interface Ask {
    void of(GateWorld world, int n) throws IOException, InterruptedException;
  }

  Figure measure(Scale scale, String what, int clients, double limit, Ask ask)
      throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(scale.pick(2_000, 500));
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      List<PairedRounds.Pair<Double>> pairs =
          new PairedRounds(ours, starter)
              .run(
                  scale.pick(30, 2),
                  scale.pick(40, 3),
                  world -> rate(threads, clients, world, ask, nanos));
      Samples samples = Samples.of(pairs.stream().map(pair -> pair.one() / pair.other()).toList());
      return Figure.held(
          what + ", against HAPI's starter",
          samples.median(),
          "",
          Requirement.atLeast(limit),
          "PostgreSQL, throughput, paired rounds ("
              + samples.spread()
              + "); "
              + Figure.number(
                  Samples.of(pairs.stream().map(PairedRounds.Pair::one).toList()).median())
              + " a second");
    } finally {
      threads.shutdownNow();
    }
  }

  /** The same on both, one after the other. */
  void warmUp(int clients, Duration each, Ask ask) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      rate(threads, clients, ours, ask, each.toNanos());
      rate(threads, clients, starter, ask, each.toNanos());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Requests a second. */
  private static double rate(
      ExecutorService threads, int clients, GateWorld world, Ask ask, long nanos)
      throws InterruptedException {
    AtomicInteger done = new AtomicInteger();
    long start = System.nanoTime();
    List<Future<?>> running = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      running.add(threads.submit(() -> askUntil(start + nanos, world, ask, done)));
    }
    for (Future<?> each : running) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a request of a round failed", e);
      }
    }
    return done.get() / ((System.nanoTime() - start) / 1e9);
  }

  private static void askUntil(long end, GateWorld world, Ask ask, AtomicInteger done) {
    try {
      while (System.nanoTime() < end) {
        ask.of(world, done.getAndIncrement());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a request", e);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
