package org.fhiranchor.interceptors.log;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the sequencer: every interval, or as soon as enough leaves wait. One thread; many nodes may
 * run one each.
 */
public final class SequencingLoop {
  private static final Logger LOG = LoggerFactory.getLogger(SequencingLoop.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  /** The window in which a head that another node signed is not known here (CP-3). */
  private static final Duration BETWEEN_COMPARISONS = Duration.ofSeconds(30);

  /**
   * When to sequence.
   *
   * @param interval longest wait
   * @param trigger leaves recorded here that end the wait early
   * @param batch the sequencer's own limit: a full round is followed by another at once
   */
  public record Pace(Duration interval, int trigger, int batch) {}

  private final Sequencer sequencer;
  private final LogHealth health;
  private final Pace pace;
  private final Timer timer;
  private final AtomicInteger recorded = new AtomicInteger();
  private final RepeatedTask task;
  private Optional<Long> comparedAt = Optional.empty();

  /** A loop that is not started yet. */
  public SequencingLoop(Sequencer sequencer, LogHealth health, Pace pace, Timer timer) {
    this.sequencer = sequencer;
    this.health = health;
    this.pace = pace;
    this.timer = timer;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-sequencer", pace.interval(), STOP_LIMIT),
            this::run,
            InstantSource.system());
  }

  /** Starts the thread. */
  public void start() {
    task.start();
  }

  /** Told by the recorder, inside the resource's transaction: a hint, not a count. */
  public void noteRecorded() {
    if (recorded.incrementAndGet() >= pace.trigger()) {
      task.wake();
    }
  }

  /** Ends the thread, then sequences what is pending. */
  public void stop() throws InterruptedException {
    if (task.stop()) {
      drain();
    }
  }

  /** How the thread fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  private Duration run() {
    recorded.set(0);
    drain();
    return pace.interval();
  }

  private void drain() {
    try {
      if (health.refusal().isEmpty()) {
        compareHeads();
        while (round() >= pace.batch()) {
          LOG.debug("more leaves than a batch wait");
        }
      }
    } catch (CorruptLogException contradiction) {
      health.refuse(contradiction);
    }
  }

  private void compareHeads() {
    long now = System.nanoTime();
    boolean due =
        comparedAt.map(at -> now - at >= BETWEEN_COMPARISONS.toNanos()).orElse(Boolean.TRUE);
    if (due && sequencer.compareHeads()) {
      comparedAt = Optional.of(now);
    }
  }

  private int round() {
    long start = System.nanoTime();
    Optional<Integer> numbered = sequencer.sequence();
    int leaves = numbered.orElse(0);
    if (leaves > 0) {
      timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      LOG.debug("sequenced leaves={}", leaves);
    }
    return leaves;
  }
}
