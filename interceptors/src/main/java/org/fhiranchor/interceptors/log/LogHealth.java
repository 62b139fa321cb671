package org.fhiranchor.interceptors.log;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the log may be extended and asked for proofs. Once refused it stays refused until the
 * server is restarted: a person has to look.
 */
public final class LogHealth {
  private static final Logger LOG = LoggerFactory.getLogger(LogHealth.class);

  private volatile Optional<String> refusal = Optional.empty();

  /** Stops sequencing and proofs, for the reason given; the first reason stays. */
  public synchronized void refuse(String reason) {
    if (refusal.isEmpty()) {
      refusal = Optional.of(reason);
    }
  }

  /** The same, because the log contradicts itself (LOG-1). Said in the log once. */
  public synchronized void refuse(CorruptLogException contradiction) {
    if (refusal.isEmpty()) {
      LOG.error("log refused: it contradicts itself", contradiction);
    }
    refuse("the log contradicts itself: " + contradiction.getMessage());
  }

  /** Why nothing goes on; empty while all is well. */
  public Optional<String> refusal() {
    return refusal;
  }
}
