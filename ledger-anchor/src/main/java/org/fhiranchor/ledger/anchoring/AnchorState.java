package org.fhiranchor.ledger.anchoring;

/** How far an anchor has come (TX-1). */
public enum AnchorState {
  /** It is decided what to anchor, and the call is in the account's queue or about to be. */
  PLANNED,
  /** In a block that may still be dropped. */
  MINED,
  /** In a block that stays. */
  FINAL,
  /** Never to be final, or no more: the ledger's head is past it, does not fit, or lost it. */
  SUPERSEDED;

  /** Whether it is not on its way any more. */
  public boolean isFinished() {
    return this == FINAL || this == SUPERSEDED;
  }
}
