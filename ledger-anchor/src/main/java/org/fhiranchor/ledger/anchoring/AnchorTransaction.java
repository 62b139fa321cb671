package org.fhiranchor.ledger.anchoring;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.AnchorEvidence;
import org.fhiranchor.ledger.SignedTransaction;

/**
 * One step of the log's head on its way to the ledger.
 *
 * @param id given by the store; grows with every plan
 * @param version counts the changes, from 0; the store refuses a change of any but the latest
 * @param attempts what was signed for it, oldest first, all with one nonce: any of them may be the
 *     one that is mined
 * @param mined present in MINED and FINAL
 * @param evidence present in FINAL, where the node still had it
 * @param changed when this version came to be
 */
public record AnchorTransaction(
    long id,
    long version,
    AnchorCall call,
    AnchorState state,
    List<SignedTransaction> attempts,
    Optional<MinedAnchor> mined,
    Optional<AnchorEvidence> evidence,
    Instant changed) {
  /** Most attempts at one nonce; twenty raises of ten percent are more than six times the fee. */
  public static final int MAX_ATTEMPTS = 20;

  /**
   * Checks that the parts fit the state.
   *
   * @throws IllegalArgumentException when they do not
   */
  public AnchorTransaction {
    attempts = List.copyOf(attempts);
    if (attempts.size() > MAX_ATTEMPTS) {
      throw new IllegalArgumentException("anchor: want at most " + MAX_ATTEMPTS + " attempts");
    }
    boolean sent = state == AnchorState.SIGNED || state == AnchorState.SENT;
    boolean placed = state == AnchorState.MINED || state == AnchorState.FINAL;
    if ((sent || placed) && attempts.isEmpty()) {
      throw new IllegalArgumentException("anchor: " + state + " without a signed transaction");
    }
    if (placed != mined.isPresent()) {
      throw new IllegalArgumentException("anchor: " + state + " and a block do not go together");
    }
  }

  /** The beginning. */
  public static AnchorTransaction planned(long id, AnchorCall call, Instant now) {
    return new AnchorTransaction(
        id, 0, call, AnchorState.PLANNED, List.of(), Optional.empty(), Optional.empty(), now);
  }

  /** The attempt that offers most: the one to send. */
  public SignedTransaction latestAttempt() {
    return attempts.get(attempts.size() - 1);
  }

  /** One more attempt, stored before it is sent. */
  AnchorTransaction signed(SignedTransaction attempt, Instant now) {
    List<SignedTransaction> more = new ArrayList<>(attempts);
    more.add(attempt);
    return changed(AnchorState.SIGNED, more, Optional.empty(), Optional.empty(), now);
  }

  AnchorTransaction sent(Instant now) {
    return changed(AnchorState.SENT, attempts, Optional.empty(), Optional.empty(), now);
  }

  AnchorTransaction mined(MinedAnchor where, Instant now) {
    return changed(AnchorState.MINED, attempts, Optional.of(where), Optional.empty(), now);
  }

  AnchorTransaction finished(Optional<AnchorEvidence> kept, Instant now) {
    return changed(AnchorState.FINAL, attempts, mined, kept, now);
  }

  /** Signed anew with another nonce. What was signed before can at most fail on the ledger. */
  AnchorTransaction replanned(Instant now) {
    return changed(AnchorState.PLANNED, List.of(), Optional.empty(), Optional.empty(), now);
  }

  AnchorTransaction superseded(Instant now) {
    return changed(AnchorState.SUPERSEDED, attempts, Optional.empty(), Optional.empty(), now);
  }

  private AnchorTransaction changed(
      AnchorState next,
      List<SignedTransaction> signed,
      Optional<MinedAnchor> where,
      Optional<AnchorEvidence> kept,
      Instant now) {
    return new AnchorTransaction(id, version + 1, call, next, signed, where, kept, now);
  }
}
