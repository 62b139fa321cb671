package org.fhiranchor.interceptors.autoconfigure;

import org.fhiranchor.interceptors.consent.ledger.ConsentFollowing;
import org.springframework.context.SmartLifecycle;

/** Follows the ledger's consents while the server runs. */
final class ConsentFollowingLifecycle implements SmartLifecycle {
  private final ConsentFollowing following;
  private volatile boolean running;

  ConsentFollowingLifecycle(ConsentFollowing following) {
    this.following = following;
  }

  @Override
  public void start() {
    following.start();
    running = true;
  }

  @Override
  public void stop() {
    try {
      following.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** With sequencing: before a port opens, and until no request comes any more. */
  @Override
  public int getPhase() {
    return SequencingLifecycle.PHASE;
  }
}
