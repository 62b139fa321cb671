package org.fhiranchor.consent.decide;

/** What one Consent says about one request. */
public enum Effect {
  /** It permits, and counts. */
  PERMITS,
  /** It denies. */
  DENIES,
  /** It neither permits nor denies. */
  SILENT
}
