package org.fhiranchor.consent.decide;

/**
 * Why a request was refused (DEC-7): for the disclosure record and {@code $explain-access}, never
 * for the refused.
 *
 * <p>The order matters. When several consents of one patient fail for different reasons, the reason
 * that stands last here is told: it is the one that came closest to a permit. When several patients
 * refuse, the one that stands first is told, because every one of them must permit.
 */
public enum Reason {
  /** No active Consent of the patient says anything, or the resource's patient is not known. */
  NO_CONSENT,
  /** A permit exists, for somebody else. */
  ACTOR,
  /**
   * A permit exists for this requester, for another purpose or for a stated one while none was
   * stated.
   */
  PURPOSE,
  /** A permit exists for this requester and purpose, for other data or another action. */
  SCOPE,
  /** A permit would match, but something in it is not understood. */
  UNSUPPORTED,
  /** The Consent matches, but was never granted on the ledger. */
  NOT_ON_LEDGER,
  /** Granted by a key that was not bound to the patient. */
  KEY_NOT_BOUND,
  /** The stored Consent is no longer the text that was signed. */
  TERMS_CHANGED,
  /** What the database holds of it is not what the log says was written. */
  NOT_CONFIRMED,
  /** Revoked on the ledger. */
  REVOKED,
  /** Its period, here or on the ledger, is over. */
  EXPIRED,
  /** Its period, here or on the ledger, has not begun. */
  NOT_YET_VALID,
  /** Granted, in a block that is not final yet. */
  NOT_FINAL,
  /** A Consent denies it. */
  DENIED,
  /** What this node knows of the ledger is older than the configured limit. */
  LEDGER_STALE;

  /** The one of two that came closer to a permit. */
  Reason closest(Reason other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** The one of two that is farther from a permit. */
  Reason farthest(Reason other) {
    return compareTo(other) <= 0 ? this : other;
  }
}
