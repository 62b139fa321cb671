package org.fhiranchor.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.ResourceKey;
import org.springframework.context.ApplicationContext;

/**
 * From a write to a signed checkpoint that covers it, while writes come in at a steady rate. The
 * clock starts at the statement's own instant, which is before the commit, and stops when a reader
 * of the log sees the checkpoint: what is told is never less than the true delay.
 */
final class CheckpointDelay {
  private static final int EVERY_MILLIS = 25;
  private static final int WATCH_MILLIS = 5;

  private final LogStore log;
  private final FhirClient client;

  CheckpointDelay(ApplicationContext server, FhirClient client) {
    this.log = server.getBean(LogStore.class);
    this.client = client;
  }

  List<Figure> measure(Scale scale) throws IOException, InterruptedException {
    int writes = scale.pick(1500, 80);
    NavigableMap<Long, Instant> seen = new TreeMap<>();
    ScheduledExecutorService threads = new ScheduledThreadPoolExecutor(4);
    try {
      List<Future<String>> created = new ArrayList<>();
      for (int i = 0; i < writes; i++) {
        long number = 1_000_000L + i;
        created.add(
            threads.schedule(
                () -> client.create(number), (long) i * EVERY_MILLIS, TimeUnit.MILLISECONDS));
      }
      watch(created, seen);
      return figures(created, seen);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Notes when each tree size is first seen, until all is written and sequenced. */
  private void watch(List<Future<String>> created, NavigableMap<Long, Instant> seen)
      throws InterruptedException {
    while (!created.stream().allMatch(Future::isDone) || log.pendingCount() > 0) {
      note(seen);
      Thread.sleep(WATCH_MILLIS);
    }
    note(seen);
  }

  private void note(NavigableMap<Long, Instant> seen) {
    log.latestCheckpoint()
        .ifPresent(found -> seen.putIfAbsent(found.checkpoint().size().value(), Instant.now()));
  }

  private List<Figure> figures(List<Future<String>> created, NavigableMap<Long, Instant> seen)
      throws IOException, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    for (Future<String> one : created) {
      SequencedLeaf leaf = log.version(new ResourceKey("Observation", id(one)), "1").orElseThrow();
      Instant covered = seen.higherEntry(leaf.index().value()).getValue();
      seconds.add(Duration.between(leaf.statement().recorded(), covered).toMillis() / 1000.0);
    }
    Samples samples = Samples.of(seconds);
    return List.of(
        Figure.held(
            "commit to checkpoint, p99",
            samples.percentile(99),
            "s",
            Requirement.atMost(1),
            "%d creates over HTTP, %d in a second, median %s s (%s)"
                .formatted(
                    created.size(),
                    1000 / EVERY_MILLIS,
                    Figure.number(samples.median()),
                    samples.spread())));
  }

  private static String id(Future<String> created) throws IOException, InterruptedException {
    try {
      return created.get();
    } catch (ExecutionException failed) {
      throw new IOException("a client of the benchmark failed", failed);
    }
  }
}
