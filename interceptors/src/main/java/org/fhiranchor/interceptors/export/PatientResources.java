package org.fhiranchor.interceptors.export;

import java.util.function.Consumer;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.ResourceKey;

/** Which resources are a patient's, as the database links them now. */
public interface PatientResources {
  /** Names the patient and each resource that refers to them. */
  void each(PatientId patient, Consumer<ResourceKey> resource);
}
