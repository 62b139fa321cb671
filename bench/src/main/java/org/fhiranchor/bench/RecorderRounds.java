package org.fhiranchor.bench;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.recording.VersionRecorder;
import org.springframework.context.ApplicationContext;

/**
 * Creates in closed loops, recorder on and recorder off in turn, on one server in one process. Each
 * pair of rounds gives one ratio; which of the two comes first alternates. The first minutes are
 * not counted: HAPI's write path doubles its speed while it is being compiled.
 */
final class RecorderRounds {
  private static final int CLIENTS = 4;

  private final IInterceptorService registry;
  private final VersionRecorder recorder;
  private final LogStore log;
  private final FhirClient client;
  private final AtomicLong numbers = new AtomicLong();

  RecorderRounds(ApplicationContext server, FhirClient client) {
    this.registry = server.getBean(IInterceptorService.class);
    this.recorder = server.getBean(VersionRecorder.class);
    this.log = server.getBean(LogStore.class);
    this.client = client;
  }

  List<Figure> measure(Scale scale) throws IOException, InterruptedException {
    Duration round = Duration.ofSeconds(scale.pick(3, 2));
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      for (int i = 0; i < scale.pick(60, 3); i++) {
        round(threads, i % 2 == 0, round);
      }
      List<Pair> pairs = new ArrayList<>();
      for (int i = 0; i < scale.pick(30, 3); i++) {
        Round first = round(threads, i % 2 == 0, round);
        Round second = round(threads, i % 2 != 0, round);
        pairs.add(i % 2 == 0 ? new Pair(first, second) : new Pair(second, first));
      }
      return figures(pairs);
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * What one round came to.
   *
   * @param rate creates in a second
   * @param processor seconds of processor time for one create
   */
  private record Round(double rate, double processor) {}

  private record Pair(Round on, Round off) {}

  private static List<Figure> figures(List<Pair> pairs) {
    Samples ratios = samples(pairs, pair -> pair.on.rate / pair.off.rate);
    Samples processor = samples(pairs, pair -> pair.off.processor / pair.on.processor);
    Samples rates = samples(pairs, pair -> pair.on.rate);
    return List.of(
        Figure.held(
            "write throughput, recorder on against off",
            ratios.median(),
            "",
            Requirement.atLeast(0.95),
            "median ratio of paired rounds, sequencing included (" + ratios.spread() + ")"),
        Figure.told(
            "the same by processor time",
            processor.median(),
            "",
            "of a create, off against on: client, server and sequencer ("
                + processor.spread()
                + ")"),
        Figure.told(
            "creates over HTTP, recorder on",
            rates.median(),
            "1/s",
            "median of rounds, 4 clients on the same machine (" + rates.spread() + ")"));
  }

  private static Samples samples(List<Pair> pairs, ToDoubleFunction<Pair> of) {
    return Samples.of(pairs.stream().mapToDouble(of).boxed().toList());
  }

  private Round round(ExecutorService threads, boolean recording, Duration length)
      throws IOException, InterruptedException {
    if (!recording) {
      registry.unregisterInterceptor(recorder);
    }
    double before = ProcessorTime.seconds();
    long start = System.nanoTime();
    try {
      long done = writes(threads, length);
      double seconds = (System.nanoTime() - start) / 1e9;
      settle();
      return new Round(done / seconds, (ProcessorTime.seconds() - before) / done);
    } finally {
      if (!recording) {
        registry.registerInterceptor(recorder);
      }
    }
  }

  /** What one round left to be sequenced is not for the next one to pay. */
  private void settle() throws InterruptedException {
    while (log.pendingCount() > 0) {
      Thread.sleep(10);
    }
  }

  /** How many writes. */
  private long writes(ExecutorService threads, Duration length)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + length.toNanos();
    List<Callable<Long>> loops = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      loops.add(() -> writeUntil(end));
    }
    long done = 0;
    for (Future<Long> loop : threads.invokeAll(loops)) {
      done += count(loop);
    }
    return done;
  }

  private long writeUntil(long end) throws IOException, InterruptedException {
    long done = 0;
    while (System.nanoTime() < end) {
      client.create(numbers.incrementAndGet());
      done++;
    }
    return done;
  }

  private static long count(Future<Long> loop) throws IOException, InterruptedException {
    try {
      return loop.get();
    } catch (ExecutionException failed) {
      throw new IOException("a client of the benchmark failed", failed);
    }
  }
}
