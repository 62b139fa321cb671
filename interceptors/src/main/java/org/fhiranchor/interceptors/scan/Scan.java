package org.fhiranchor.interceptors.scan;

import java.time.Instant;
import java.util.Optional;

/**
 * A scan as its row says.
 *
 * @param done leaves and resources that were looked at
 * @param total how many there are; 0 before that is known
 * @param findings how many things are wrong, also those that are not kept
 */
public record Scan(
    String id,
    State state,
    Instant started,
    Optional<Instant> ended,
    long done,
    long total,
    long findings) {
  /** How a scan fares. */
  public enum State {
    /** Some node looks, or will. */
    RUNNING,
    /** Everything was looked at. */
    DONE,
    /** Somebody ended it. */
    CANCELLED,
    /** It could not be ended. */
    FAILED
  }
}
