package org.fhiranchor.interceptors.log;

import java.util.Optional;

/**
 * Whether the log may be extended and asked for proofs. Once refused it stays refused until the
 * server is restarted: a person has to look.
 */
public final class LogHealth {
  private volatile Optional<String> refusal = Optional.empty();

  /** Stops sequencing and proofs, for the reason given; the first reason stays. */
  public synchronized void refuse(String reason) {
    if (refusal.isEmpty()) {
      refusal = Optional.of(reason);
    }
  }

  /** Why nothing goes on; empty while all is well. */
  public Optional<String> refusal() {
    return refusal;
  }
}
