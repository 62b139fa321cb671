package org.fhiranchor.ledger;

import java.time.Instant;
import org.fhiranchor.merkle.Digest;

/**
 * A block's header, as far as we look at it.
 *
 * @param time the producer's clock, whole seconds
 */
public record Block(BlockRef ref, Digest parentHash, Instant time) {
  /** The block's number. */
  public long number() {
    return ref.number();
  }
}
