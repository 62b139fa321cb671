package org.fhiranchor.ledger.consent;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.ConsentChange;

/** What one step of the {@link ConsentFollower} came to. */
public sealed interface FollowOutcome {
  /** Everything the ledger has is applied; {@code changes} came in this step. */
  record CaughtUp(Followed followed, List<ConsentChange> changes) implements FollowOutcome {}

  /** More is to come: step again at once. */
  record Behind(BlockRef cursor, List<ConsentChange> changes) implements FollowOutcome {}

  /**
   * The chain was reorganised. Grants above the ancestor are forgotten until they are seen again;
   * whoever keeps decisions must drop them. Step again at once.
   */
  record Unwound(BlockRef from, Optional<BlockRef> ancestor) implements FollowOutcome {}

  /** An answer left events out, or could not be had: the same is asked again (FOL-7). */
  record Incomplete(String message) implements FollowOutcome {}

  /** The ledger did not answer, or changed while it was asked; the next step tries again. */
  record Away(String message) implements FollowOutcome {}

  /** Another node was faster: what it applied is in the store, but not in this node's memory. */
  record Overtaken() implements FollowOutcome {}
}
