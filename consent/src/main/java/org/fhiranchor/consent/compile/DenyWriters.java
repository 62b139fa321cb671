package org.fhiranchor.consent.compile;

import org.hl7.fhir.r4.model.Consent;

/**
 * Whose denies count (DENY-3). Asked while a Consent is compiled, for the version that is compiled.
 * What the patient has signed on the ledger denies whoever wrote it down.
 */
@FunctionalInterface
public interface DenyWriters {
  /** Everybody's denies count: who wrote a version is not known. */
  DenyWriters ANYBODY = consent -> true;

  /**
   * Whether this version was written by the patient, a representative, a registrar, an operator or
   * a back-end service; true where that cannot be told, for a deny counts in doubt.
   */
  boolean mayDeny(Consent version);
}
