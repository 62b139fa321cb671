package org.fhiranchor.interceptors.replay;

import java.time.Instant;
import java.util.Set;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;

/**
 * Which Consents may have been a patient's at some time, those that are deleted since or name
 * somebody else now among them. Reads only; any number of threads.
 */
public interface ConsentCandidates {
  /**
   * Those that are linked to the ledger for this patient, and those that were written since an
   * instant and may have named the patient before it. What is the patient's still, and was not
   * written since, may be missing.
   *
   * @param most how many are wanted; one more says that there are more
   */
  Set<ConsentResourceId> of(PatientId patient, Instant since, int most);
}
