package org.fhiranchor.interceptors.consent.decide;

/** The consents that a decision looks at. Answers come from memory. */
interface Consents {
  /** All stored Consents of a patient, whatever their standing; never changes afterwards. */
  Held heldBy(PatientId patient);
}
