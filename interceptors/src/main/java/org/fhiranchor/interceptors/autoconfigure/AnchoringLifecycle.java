package org.fhiranchor.interceptors.autoconfigure;

import org.fhiranchor.interceptors.anchoring.AnchoringLoop;
import org.springframework.context.SmartLifecycle;

/** Starts anchoring before a port opens: an old database is refused before anybody asks it. */
final class AnchoringLifecycle implements SmartLifecycle {
  private final AnchoringLoop loop;
  private volatile boolean running;

  AnchoringLifecycle(AnchoringLoop loop) {
    this.loop = loop;
  }

  @Override
  public void start() {
    loop.start();
    running = true;
  }

  @Override
  public void stop() {
    try {
      loop.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before sequencing at start, after it at the end. */
  @Override
  public int getPhase() {
    return SequencingLifecycle.PHASE - 1;
  }
}
