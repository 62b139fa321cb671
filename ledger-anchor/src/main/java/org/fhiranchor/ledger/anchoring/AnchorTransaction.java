package org.fhiranchor.ledger.anchoring;

import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorEvidence;

/**
 * One step of the log's head on its way to the ledger.
 *
 * @param id given by the store; grows with every plan
 * @param version counts the changes, from 0; the store refuses a change of any but the latest
 * @param mined present in MINED and FINAL
 * @param evidence present in FINAL, where the node still had it
 * @param changed when this version came to be
 */
public record AnchorTransaction(
    long id,
    long version,
    AnchorCall call,
    AnchorState state,
    Optional<MinedAnchor> mined,
    Optional<AnchorEvidence> evidence,
    Instant changed) {
  /**
   * Checks that the parts fit the state.
   *
   * @throws IllegalArgumentException when they do not
   */
  public AnchorTransaction {
    boolean placed = state == AnchorState.MINED || state == AnchorState.FINAL;
    if (placed != mined.isPresent()) {
      throw new IllegalArgumentException("anchor: " + state + " and a block do not go together");
    }
  }

  /** The beginning. */
  public static AnchorTransaction planned(long id, AnchorCall call, Instant now) {
    return new AnchorTransaction(
        id, 0, call, AnchorState.PLANNED, Optional.empty(), Optional.empty(), now);
  }

  AnchorTransaction mined(MinedAnchor where, Instant now) {
    return changed(AnchorState.MINED, Optional.of(where), Optional.empty(), now);
  }

  AnchorTransaction finished(Optional<AnchorEvidence> kept, Instant now) {
    return changed(AnchorState.FINAL, mined, kept, now);
  }

  /** With what the node did not have when it became final. */
  AnchorTransaction completed(AnchorEvidence found) {
    return changed(state, mined, Optional.of(found), changed);
  }

  /** Signed anew with another nonce. What was signed before can at most fail on the ledger. */
  AnchorTransaction replanned(Instant now) {
    return changed(AnchorState.PLANNED, Optional.empty(), Optional.empty(), now);
  }

  AnchorTransaction superseded(Instant now) {
    return changed(AnchorState.SUPERSEDED, Optional.empty(), Optional.empty(), now);
  }

  private AnchorTransaction changed(
      AnchorState next, Optional<MinedAnchor> where, Optional<AnchorEvidence> kept, Instant now) {
    return new AnchorTransaction(id, version + 1, call, next, where, kept, now);
  }
}
