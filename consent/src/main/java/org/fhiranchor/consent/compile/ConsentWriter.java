package org.fhiranchor.consent.compile;

import org.fhiranchor.consent.decide.PatientId;

/**
 * Who wrote the version of a Consent that is compiled (DENY-3). What the patient has signed on the
 * ledger denies whoever wrote it down.
 */
@FunctionalInterface
public interface ConsentWriter {
  /** Nobody can tell who wrote it: its denies count. */
  ConsentWriter UNKNOWN = patient -> true;

  /**
   * Whether a deny of this patient's counts: the patient, a representative, a registrar, an
   * operator or a back-end service wrote it; true where that cannot be told.
   */
  boolean mayDeny(PatientId patient);
}
