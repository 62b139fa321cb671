package org.fhiranchor.ledger;

/** The ledger answered no. The same request again gets the same answer. */
public final class LedgerRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a ledger says no. */
  public enum Reason {
    /** The contract refused; the message has its error. */
    REVERTED,
    /** The sender cannot pay for the gas. */
    INSUFFICIENT_FUNDS,
    /** A transaction of the sender with this nonce is mined already. */
    NONCE_TOO_LOW,
    /** A transaction with this nonce waits, and this one does not offer ten percent more. */
    UNDERPRICED,
    /** The offer is below what the chain asks, or above what we may pay. */
    FEE_OUT_OF_RANGE,
    /** The bytes are for another chain, or no transaction at all: others are to be signed. */
    UNFIT,
    /** The bytes allow less gas than any such transaction costs. */
    GAS_TOO_LOW,
    /** Anything else: a malformed request, an unknown method. */
    INVALID
  }

  private final Reason reason;

  /** Says what was asked and what the ledger said. */
  public LedgerRejectedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
