package org.fhiranchor.interceptors.autoconfigure;

import org.fhiranchor.interceptors.sequencing.SequencingLoop;
import org.springframework.context.SmartLifecycle;

/** Starts sequencing before a port opens, and stops it after the last request is answered. */
final class SequencingLifecycle implements SmartLifecycle {
  /** Web servers stop gracefully at the highest phases; what they wrote is sequenced after. */
  static final int PHASE = 0;

  private final SequencingLoop loop;
  private volatile boolean running;

  SequencingLifecycle(SequencingLoop loop) {
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

  @Override
  public int getPhase() {
    return PHASE;
  }
}
