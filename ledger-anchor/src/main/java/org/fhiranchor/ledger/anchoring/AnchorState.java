package org.fhiranchor.ledger.anchoring;

/** How far an anchor has come (TX-1). */
public enum AnchorState {
  /** It is decided what to anchor, and the call is in the account's queue or about to be. */
  PLANNED,
  /** In a block that may still be dropped. */
  MINED,
  /** In a block that stays. */
  FINAL,
  /** Never to be final: the ledger's head is past it, or somewhere it does not fit. */
  SUPERSEDED;

  /** Whether nothing can happen to it any more. */
  public boolean isFinished() {
    return this == FINAL || this == SUPERSEDED;
  }
}
