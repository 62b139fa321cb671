package org.fhiranchor.consent.decide;

/** The consents that a decision looks at. Answers come from memory. */
public interface Consents {
  /** All stored Consents of a patient, whatever their standing; never changes afterwards. */
  PatientConsents heldBy(PatientId patient);
}
