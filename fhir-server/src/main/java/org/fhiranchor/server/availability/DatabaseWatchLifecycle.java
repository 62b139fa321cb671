package org.fhiranchor.server.availability;

import org.springframework.context.SmartLifecycle;

/** The watch is there before a port is open, and as long as anything else runs. */
final class DatabaseWatchLifecycle implements SmartLifecycle {
  private static final int BEFORE_ALL_OTHERS = Integer.MIN_VALUE + 1024;

  private final DatabaseWatch watch;
  private volatile boolean running;

  DatabaseWatchLifecycle(DatabaseWatch watch) {
    this.watch = watch;
  }

  @Override
  public void start() {
    watch.start();
    running = true;
  }

  @Override
  public void stop() {
    try {
      watch.stop();
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
    return BEFORE_ALL_OTHERS;
  }
}
