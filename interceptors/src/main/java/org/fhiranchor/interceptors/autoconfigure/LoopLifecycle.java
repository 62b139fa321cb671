package org.fhiranchor.interceptors.autoconfigure;

import org.springframework.context.SmartLifecycle;

/** Starts and ends one of our loops with the server. */
final class LoopLifecycle implements SmartLifecycle {
  /**
   * Earlier than the web server's phases: running before a port opens, and ending after the last
   * request did, so that what those wrote is sequenced.
   */
  static final int SEQUENCING = 0;

  /** Before sequencing at start, after it at the end: the last checkpoint is still anchored. */
  static final int ANCHORING = SEQUENCING - 1;

  /** After sequencing at start, before it at the end: what it wrote last is sequenced. */
  static final int JOURNAL = SEQUENCING + 1;

  private final Runnable start;
  private final Ending stop;
  private final int phase;
  private volatile boolean running;

  /** How a loop is ended; waits for it. */
  @FunctionalInterface
  interface Ending {
    void run() throws InterruptedException;
  }

  LoopLifecycle(Runnable start, Ending stop, int phase) {
    this.start = start;
    this.stop = stop;
    this.phase = phase;
  }

  @Override
  public void start() {
    start.run();
    running = true;
  }

  @Override
  public void stop() {
    try {
      stop.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return phase;
  }
}
