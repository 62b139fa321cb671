package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.Digest;

/**
 * Which keys speak for which patient (CG-4). A binding is durable when {@link #bind} returns, and
 * its leaf is pending in the log with it.
 */
public interface SubjectKeys {
  /** Every key a patient ever had, newest first. */
  List<SubjectKey> of(PatientId patient);

  /** The same for many: of those who ever had one. */
  Map<PatientId, List<SubjectKey>> of(Collection<PatientId> patients);

  /** The key that is bound now; empty when none is. */
  default Optional<SubjectKey> current(PatientId patient) {
    return of(patient).stream().filter(SubjectKey::isBound).findFirst();
  }

  /**
   * Binds a key in the place of the one that is bound now, if that is still the one that whoever
   * decides knew: a replacement and what stops it may come at once, on any node.
   *
   * @param known how many keys {@link #of} had when it was decided
   * @return false when another was bound since, and nothing was done
   */
  boolean bind(PatientId patient, SubjectKey key, int known);

  /** Salted digest that names the patient in what a key's holder signs; always the same. */
  Digest subject(PatientId patient);
}
