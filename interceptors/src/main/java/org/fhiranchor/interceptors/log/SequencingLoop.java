package org.fhiranchor.interceptors.log;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the sequencer: every interval, or as soon as enough leaves wait. One thread; many nodes may
 * run one each.
 */
public final class SequencingLoop {
  private static final Logger LOG = LoggerFactory.getLogger(SequencingLoop.class);

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
  private final Semaphore wake = new Semaphore(0);
  private final AtomicInteger recorded = new AtomicInteger();
  private final Thread thread = new Thread(this::run, "anchor-sequencer");
  private volatile boolean stopping;

  /** A loop that is not started yet. */
  public SequencingLoop(Sequencer sequencer, LogHealth health, Pace pace, Timer timer) {
    this.sequencer = sequencer;
    this.health = health;
    this.pace = pace;
    this.timer = timer;
    thread.setDaemon(true);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Told by the recorder, inside the resource's transaction: a hint, not a count. */
  public void noteRecorded() {
    if (recorded.incrementAndGet() >= pace.trigger()) {
      wake.release();
    }
  }

  /** Ends the thread, then sequences what is pending. */
  public void stop() throws InterruptedException {
    stopping = true;
    wake.release();
    thread.join();
    drain();
  }

  private void run() {
    while (!stopping) {
      try {
        waitForWork();
        drain();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void waitForWork() throws InterruptedException {
    if (wake.tryAcquire(pace.interval().toMillis(), TimeUnit.MILLISECONDS)) {
      wake.drainPermits();
    }
    recorded.set(0);
  }

  /** The boundary of this thread: what fails is logged once here and tried again next time. */
  private void drain() {
    try {
      boolean more = health.refusal().isEmpty();
      while (more) {
        more = round() >= pace.batch();
      }
    } catch (CorruptLogException e) {
      LOG.error("sequencing stopped: the log contradicts itself", e);
      health.refuse("the log contradicts itself: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("sequencing failed, will try again interval={}", pace.interval(), e);
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
