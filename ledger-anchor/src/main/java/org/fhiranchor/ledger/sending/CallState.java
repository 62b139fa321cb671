package org.fhiranchor.ledger.sending;

/** How far a call has come (TX-1). */
public enum CallState {
  /** Waits for a nonce, or for bytes at the nonce that it has. */
  PLANNED,
  /** The signed bytes are stored; whether the ledger has them is not known. */
  SIGNED,
  /** The ledger took the bytes. */
  SENT,
  /** Its nonce is used up in a block that may still be dropped. */
  MINED,
  /** The ledger has its effect for good. */
  FINAL,
  /** Its nonce is used up for good, and it had no effect. */
  FAILED,
  /** The patient's signature ended before the call had its effect. */
  EXPIRED,
  /** Nobody wants it any more; it never had a nonce. */
  WITHDRAWN;

  /** Whether nothing can happen to it any more. */
  public boolean isFinished() {
    return this == FINAL || this == FAILED || this == EXPIRED || this == WITHDRAWN;
  }
}
