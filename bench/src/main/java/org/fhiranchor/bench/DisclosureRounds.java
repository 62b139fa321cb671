package org.fhiranchor.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleBiFunction;

/**
 * Reads by several clients at once, of a server with the journal and of one without it in turn.
 * Each pair of rounds gives one ratio; which of the two comes first alternates.
 */
record DisclosureRounds(GateWorld with, GateWorld without) {
  private static final double NANOS_IN_A_MILLI = 1e6;

  /**
   * What the pairs came to.
   *
   * @param throughput with the journal against without
   * @param speed medians without the journal against those with it
   * @param added milliseconds that the median has more with it
   * @param rate answers a second with it
   */
  record Result(Samples throughput, Samples speed, Samples added, Samples rate) {}

  private record Round(double rate, double median) {}

  /**
   * Measures.
   *
   * @param perSecond answers that all clients together ask for; 0 for as many as they get
   */
  Result measure(Scale scale, int clients, double perSecond) throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(scale.pick(2_000, 500));
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      List<PairedRounds.Pair<Round>> pairs =
          new PairedRounds(with, without)
              .run(
                  scale.pick(20, 4),
                  scale.pick(40, 10),
                  world -> round(threads, clients, world, perSecond, nanos));
      return new Result(
          samples(pairs, (on, off) -> on.rate / off.rate),
          samples(pairs, (on, off) -> off.median / on.median),
          samples(pairs, (on, off) -> on.median - off.median),
          samples(pairs, (on, off) -> on.rate));
    } finally {
      threads.shutdownNow();
    }
  }

  private static Samples samples(
      List<PairedRounds.Pair<Round>> pairs, ToDoubleBiFunction<Round, Round> figure) {
    return Samples.of(
        pairs.stream().map(pair -> figure.applyAsDouble(pair.one(), pair.other())).toList());
  }

  private static Round round(
      ExecutorService threads, int clients, GateWorld world, double perSecond, long nanos)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    List<Future<List<Double>>> running = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      running.add(threads.submit(() -> client(world, next, perSecond, start, nanos)));
    }
    List<Double> millis = Collections.synchronizedList(new ArrayList<>());
    for (Future<List<Double>> each : running) {
      try {
        millis.addAll(each.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("a request of a round failed", e);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Round(millis.size() / seconds, Samples.of(millis).median());
  }

  /** The milliseconds of each answer, from the instant it was due. */
  private static List<Double> client(
      GateWorld world, AtomicInteger next, double perSecond, long start, long nanos) {
    List<Double> millis = new ArrayList<>();
    try {
      while (System.nanoTime() - start < nanos) {
        int n = next.getAndIncrement();
        long due = perSecond > 0 ? start + (long) (n * 1e9 / perSecond) : System.nanoTime();
        LockSupport.parkNanos(due - System.nanoTime());
        read(world, n);
        millis.add((System.nanoTime() - due) / NANOS_IN_A_MILLI);
      }
      return millis;
    } catch (IOException e) {
      throw new UncheckedIOException("a request", e);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return millis;
    }
  }

  private static void read(GateWorld world, int n) throws IOException, InterruptedException {
    String patient = "p" + n % GateWorld.CONSENTING;
    String path = "Observation/" + GateWorld.observation(patient, n % GateWorld.OBSERVATIONS);
    int status = world.read(path).statusCode();
    if (status != 200) {
      throw new IOException("GET " + path + ": got " + status);
    }
  }
}
