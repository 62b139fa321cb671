package org.fhiranchor.interceptors.tasks;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one piece of work again and again on a thread of its own, until it is stopped (LOG-1). No
 * failure ends it: not an exception, not an Error. What failed is logged here and tried again.
 */
public final class RepeatedTask {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatedTask.class);
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  /** The work. */
  @FunctionalInterface
  public interface Work {
    /**
     * One run.
     *
     * @return how long to wait before the next one
     */
    Duration run() throws InterruptedException;
  }

  /**
   * How a task is run.
   *
   * @param name of its thread
   * @param afterFailure wait after a run that failed
   * @param stopLimit how long {@link #stop} waits for the run on its way
   */
  public record Terms(String name, Duration afterFailure, Duration stopLimit) {}

  /**
   * How a task fares.
   *
   * @param lastSuccess end of the newest run that did not fail; the start before the first
   * @param failure class of what the newest run failed with; never its message
   */
  public record State(
      String name, boolean running, Instant lastSuccess, Optional<String> failure) {}

  private final Terms terms;
  private final Work work;
  private final InstantSource clock;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean stopping;
  private volatile Instant lastSuccess = Instant.EPOCH;
  private volatile Optional<String> failure = Optional.empty();
  private Optional<Instant> lastLine = Optional.empty();

  /** A task that is not started yet. */
  public RepeatedTask(Terms terms, Work work, InstantSource clock) {
    this.terms = terms;
    this.work = work;
    this.clock = clock;
    thread = new Thread(this::repeat, terms.name());
    thread.setDaemon(true);
  }

  /** Starts the thread; the first run comes at once. */
  public void start() {
    lastSuccess = clock.instant();
    thread.start();
  }

  /** Ends the present wait, or the next one when none is on its way. */
  public void wake() {
    wake.release();
  }

  /**
   * Lets the run on its way end and starts no other. One that takes longer than the limit is left
   * alone: an interrupt would close H2's file under everybody else.
   *
   * @return whether it ended within the limit
   */
  public boolean stop() throws InterruptedException {
    stopping = true;
    wake.release();
    thread.join(Math.max(1, terms.stopLimit().toMillis()));
    if (thread.isAlive()) {
      LOG.warn("task did not end in time name={} limit={}", terms.name(), terms.stopLimit());
    }
    return !thread.isAlive();
  }

  /** How it fares now. */
  public State state() {
    return new State(terms.name(), thread.isAlive(), lastSuccess, failure);
  }

  private void repeat() {
    try {
      while (!stopping) {
        Duration wait = once();
        if (wake.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The boundary of this thread: an Error, too, is one failed run and not the end of the task. */
  private Duration once() throws InterruptedException {
    try {
      Duration wait = work.run();
      lastSuccess = clock.instant();
      failure = Optional.empty();
      return wait;
    } catch (InterruptedException stopped) {
      throw stopped;
    } catch (Throwable failed) {
      String kind = failed.getClass().getName();
      boolean known = failure.filter(kind::equals).isPresent();
      failure = Optional.of(kind);
      log(failed, known);
      return terms.afterFailure();
    }
  }

  /** A failure that goes on is one line a minute. */
  private void log(Throwable failed, boolean known) {
    Instant now = clock.instant();
    boolean quiet =
        known && lastLine.filter(at -> now.isBefore(at.plus(BETWEEN_LINES))).isPresent();
    if (!quiet) {
      lastLine = Optional.of(now);
      LOG.error(
          "task failed, will try again name={} wait={}",
          terms.name(),
          terms.afterFailure(),
          failed);
    }
  }
}
