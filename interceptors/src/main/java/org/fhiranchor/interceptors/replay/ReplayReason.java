package org.fhiranchor.interceptors.replay;

/** Why a decision that was made again is not the same, or cannot be made again. */
public enum ReplayReason {
  /** What is stored of the record is not what was written. */
  RECORD_CHANGED(true),
  /** No leaf of the log names the record. */
  RECORD_NOT_IN_LOG(true),
  /** Then it was permitted and on the consents of then it is refused, or the other way round. */
  OUTCOME_DIFFERS(true),
  /** The outcome is the same, by another rule or consent, or for another reason. */
  WHY_DIFFERS(true),
  /** The content of the record was removed: by its retention, or its patient was erased. */
  RECORD_REMOVED(false),
  /** The record is of nobody: it was not known whose it was, or whether it was anybody's. */
  NO_PATIENT_NAMED(false),
  /** The record is of before records kept what a decision is made from. */
  EPOCH_NOT_KEPT(false),
  /** No consent decided: the request was refused or answered for what it was. */
  NOT_A_CONSENT_DECISION(false),
  /** A write was refused for what it brings, which no record keeps. */
  BODY_NOT_KEPT(false),
  /** The scopes of the token decided, which no record keeps. */
  SCOPES_NOT_KEPT(false),
  /** The node refused since it was behind, whatever the consents said. */
  NODE_WAS_BEHIND(false),
  /** The record names no resource that was decided about. */
  NO_RESOURCE_NAMED(false),
  /** More resources were decided about than the record lists. */
  MORE_THAN_LISTED(false),
  /** A version of then is not stored here, or never was. */
  RESOURCE_NOT_KEPT(false),
  /** The log does not confirm what is stored of a version. */
  RESOURCE_NOT_CONFIRMED(false),
  /** What referred to a Binary then is not known. */
  REFERRERS_NOT_KEPT(false),
  /** A version of a Consent is not stored any more. */
  CONSENT_NOT_KEPT(false),
  /** The log does not confirm what is stored of a Consent, its grant or its key. */
  CONSENT_NOT_CONFIRMED(false),
  /** A CareTeam, Group or other resource that a Consent names was written since. */
  NAMED_CHANGED(false),
  /** More Consents may have been the patient's than are looked at. */
  TOO_MANY_CONSENTS(false),
  /** Consents or the ledger changed while it was decided: one side of the change is the same. */
  CHANGED_MEANWHILE(false);

  private final boolean difference;

  ReplayReason(boolean difference) {
    this.difference = difference;
  }

  /** Whether it says that the two differ, and not that nobody can tell. */
  boolean isDifference() {
    return difference;
  }
}
