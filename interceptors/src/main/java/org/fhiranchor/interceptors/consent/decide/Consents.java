package org.fhiranchor.interceptors.consent.decide;

import java.util.List;

/** The consents that a decision looks at. Answers come from memory. */
interface Consents {
  /** All stored Consents of a patient, whatever their standing; never changes afterwards. */
  List<CompiledConsent> of(PatientId patient);
}
